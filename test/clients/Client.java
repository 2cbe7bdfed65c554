// What a BI tool on the JVM does, with the driver that it uses: pgjdbc.
//
//   java -cp postgresql.jar Client.java JOBS
//
// JOBS is a file of test/t/150_clients.pl, a line a job, its fields parted by
// tabs.  What it prints is compared there with what psql prints.
//
//   metadata SCHEMA             what DatabaseMetaData tells of it
//   query NAME MODE SQL BIND... a query, run as MODE says, with parameters
//
// A BIND is kind=value; the kind says with which method it is set.  Prints
//
//   columns NAME MODE name:type:format ...
//   row NAME MODE value ...
//   error NAME MODE SQLSTATE
//   prepared NAME MODE how many times the server had prepared it

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.io.PrintStream;
import java.sql.*;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.*;
import org.postgresql.PGResultSetMetaData;
import org.postgresql.util.PGobject;

public class Client {
	static final PrintStream out =
		new PrintStream(System.out, false, StandardCharsets.UTF_8);
	static final Map<String, Connection> connections = new HashMap<>();

	static void print(Object... fields) {
		StringJoiner line = new StringJoiner("\t");

		for (Object field : fields)
			line.add(String.valueOf(field));
		out.println(line);
	}

	// A connection for each way of working; those that follow the "default"
	// add options of the driver to it.
	static Connection connect(String mode) throws SQLException {
		Connection connection = connections.get(mode);
		Properties properties = new Properties();

		if (connection != null)
			return connection;
		properties.setProperty("user", System.getenv("PGUSER"));
		properties.setProperty("password", System.getenv("PGPASSWORD"));
		switch (mode) {
			case "untyped": properties.setProperty("stringtype", "unspecified"); break;
			case "binary": properties.setProperty("prepareThreshold", "-1"); break;
			case "simple": properties.setProperty("preferQueryMode", "simple"); break;
			case "default", "prepared", "cursor", "bi": break;
			default: throw new IllegalArgumentException(mode);
		}
		connection = DriverManager.getConnection("jdbc:postgresql://"
			+ System.getenv("PGHOST") + ":" + System.getenv("PGPORT") + "/"
			+ System.getenv("PGDATABASE"), properties);
		if (mode.equals("bi")) {
			// what Metabase sets before a query of its own
			connection.setTransactionIsolation(Connection.TRANSACTION_READ_UNCOMMITTED);
			try (Statement statement = connection.createStatement()) {
				statement.execute("SET SESSION TIMEZONE TO 'Asia/Seoul';");
			}
			connection.setReadOnly(true);
			connection.setAutoCommit(true);
			connection.setHoldability(ResultSet.CLOSE_CURSORS_AT_COMMIT);
		}
		if (mode.equals("cursor"))
			connection.setAutoCommit(false);
		connections.put(mode, connection);
		return connection;
	}

	static void bind(PreparedStatement s, int i, String kind, String value) throws SQLException {
		switch (kind) {
			// as Metabase does
			case "LocalDate": s.setObject(i, LocalDate.parse(value), Types.DATE); break;
			case "LocalDateTime": s.setObject(i, LocalDateTime.parse(value + "T00:00"), Types.TIMESTAMP); break;
			case "OffsetDateTime":
				s.setObject(i, LocalDateTime.parse(value + "T00:00").atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
				break;
			case "Object": s.setObject(i, value); break;
			// as others do
			case "Date": s.setDate(i, java.sql.Date.valueOf(value)); break;
			case "Timestamp": s.setTimestamp(i, Timestamp.valueOf(value + " 00:00:00")); break;
			case "String": s.setString(i, value); break;
			case "Other": s.setObject(i, value, Types.OTHER); break;
			case "Long": s.setLong(i, Long.parseLong(value)); break;
			case "Int": s.setInt(i, Integer.parseInt(value)); break;
			case "Short": s.setShort(i, Short.parseShort(value)); break;
			case "Double": s.setDouble(i, Double.parseDouble(value)); break;
			case "BigDecimal": s.setBigDecimal(i, new BigDecimal(value)); break;
			case "NullDate": s.setNull(i, Types.DATE); break;
			case "NullTimestamp": s.setNull(i, Types.TIMESTAMP); break;
			case "NullString": s.setNull(i, Types.VARCHAR); break;
			case "NullInt": s.setNull(i, Types.INTEGER); break;
			case "Null": s.setNull(i, Types.NULL); break;
			default: throw new IllegalArgumentException(kind);
		}
	}

	static String read(ResultSet result, int i) throws SQLException {
		Object value = result.getObject(i);

		if (value == null)
			return "\\N";
		if (value instanceof BigDecimal)
			return ((BigDecimal) value).toPlainString();
		if (value instanceof PGobject)
			return ((PGobject) value).getValue();
		return value.toString();
	}

	static void query(String name, String mode, String sql, String[] binds) throws SQLException {
		Connection connection = connect(mode);
		// A driver prepares on the server what is executed five times.
		int times = mode.equals("prepared") ? 7 : 1;
		List<String> first = null;
		String columns = null;

		try (PreparedStatement statement = connection.prepareStatement(sql,
				ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
			if (mode.equals("cursor"))
				statement.setFetchSize(2);
			if (mode.equals("bi") && statement.getParameterMetaData().getParameterCount() != binds.length)
				throw new IllegalStateException(name + ": the driver sees another number of parameters");
			for (int time = 0; time < times; time++) {
				List<String> rows = new ArrayList<>();

				for (int i = 0; i < binds.length; i++) {
					String[] bind = binds[i].split("=", 2);
					bind(statement, i + 1, bind[0], bind[1]);
				}
				try (ResultSet result = statement.executeQuery()) {
					ResultSetMetaData meta = result.getMetaData();
					StringJoiner described = new StringJoiner("\t");

					for (int i = 1; i <= meta.getColumnCount(); i++)
						described.add(meta.getColumnLabel(i) + ":" + meta.getColumnTypeName(i) + ":"
							+ (((PGResultSetMetaData) meta).getFormat(i) == 1 ? "binary" : "text"));
					columns = described.toString();
					while (result.next()) {
						StringJoiner row = new StringJoiner("\t");

						for (int i = 1; i <= meta.getColumnCount(); i++)
							row.add(read(result, i));
						rows.add(row.toString());
					}
				}
				if (first != null && !first.equals(rows))
					throw new IllegalStateException(name + ": other rows when run again");
				first = rows;
			}
			print("columns", name, mode, columns);
			for (String row : first)
				print("row", name, mode, row);
			if (mode.equals("prepared"))
				try (Statement count = connection.createStatement();
					 ResultSet result = count.executeQuery("SELECT count(*) FROM pg_prepared_statements WHERE NOT from_sql")) {
					result.next();
					print("prepared", name, mode, result.getLong(1));
				}
		} catch (SQLException e) {
			print("error", name, mode, e.getSQLState());
			if (!connection.getAutoCommit())
				connection.rollback();
		}
	}

	static void metadata(String schema) throws SQLException {
		DatabaseMetaData meta = connect("default").getMetaData();
		String[] tables = {"TABLE", "VIEW", "MATERIALIZED VIEW"};
		Map<String, Integer> columns = new TreeMap<>();

		try (ResultSet r = meta.getTables(null, schema, "%", tables)) {
			while (r.next())
				print("relation", schema, r.getString("TABLE_NAME"), r.getString("TABLE_TYPE"));
		}
		try (ResultSet r = meta.getColumns(null, schema, "%", "%")) {
			while (r.next())
				print("column", schema, r.getString("TABLE_NAME"), r.getString("COLUMN_NAME"),
					r.getString("TYPE_NAME"), JDBCType.valueOf(r.getInt("DATA_TYPE")));
		}
		try (ResultSet r = meta.getFunctions(null, schema, "%")) {
			while (r.next())
				print("function", schema, r.getString("SPECIFIC_NAME"), r.getString("REMARKS"));
		}
		// one row for the result, unless it is in OUT arguments, and for each argument
		try (ResultSet r = meta.getFunctionColumns(null, schema, "%", "%")) {
			while (r.next())
				columns.merge(r.getString("SPECIFIC_NAME"), 1, Integer::sum);
		}
		for (Map.Entry<String, Integer> function : columns.entrySet())
			print("arguments", schema, function.getKey(), function.getValue());
	}

	public static void main(String[] args) throws Exception {
		for (String line : Files.readAllLines(Path.of(args[0]))) {
			String[] f = line.split("\t", -1);

			if (f[0].equals("metadata"))
				metadata(f[1]);
			else
				query(f[1], f[2], f[3].replace("\\n", "\n"), Arrays.copyOfRange(f, 4, f.length));
		}
		for (Connection connection : connections.values())
			connection.close();
		print("done");
		out.flush();
	}
}
