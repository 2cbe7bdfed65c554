// bench/duckdb/side.js THREADS RUNS TABLES QUERY RESULT
//
// Runs the file QUERY in DuckDB, on tables in its memory, and prints the time of
// each of RUNS executions, after one that warms up: the milliseconds that passed,
// and those that all its threads computed.  TABLES is a file with a line for each
// table, "name <tab> file.csv <tab> column type, ...".  The rows of the result go to
// the file RESULT, as psql -A -t -F <tab> prints them; with 0 RUNS nothing else is
// done.

'use strict';

const fs = require('fs');
const { DuckDBInstance } = require('@duckdb/node-api');

const quoted = (text) => `'${text.replaceAll("'", "''")}'`;

async function load(connection, tables) {
  for (const line of fs.readFileSync(tables, 'utf8').split('\n').filter(Boolean)) {
    const [name, file, columns] = line.split('\t');
    const typed = columns.split(', ').map((column) => column.split(' ')).map(([c, ...type]) => `${quoted(c)}: ${quoted(type.join(' '))}`);
    await connection.run(`CREATE TABLE ${name} AS SELECT * FROM read_csv(${quoted(file)}, header = false, nullstr = '', columns = {${typed.join(', ')}})`);
  }
}

function shown(value) {
  return value === null ? '' : String(value);
}

async function main() {
  const [threads, runs, tables, query, result] = process.argv.slice(2);
  const instance = await DuckDBInstance.create(':memory:', { threads });
  const connection = await instance.connect();
  const sql = fs.readFileSync(query, 'utf8').trim().replace(/;$/, '');

  await load(connection, tables);
  const rows = (await connection.runAndReadAll(sql)).getRowsJson();
  fs.writeFileSync(result, rows.map((row) => `${row.map(shown).join('\t')}\n`).join(''));
  for (let run = 0; run < Number(runs); run++) {
    const cpu = process.cpuUsage();
    const begin = process.hrtime.bigint();
    await connection.runAndReadAll(sql);
    const passed = Number(process.hrtime.bigint() - begin) / 1e6;
    const { user, system } = process.cpuUsage(cpu);
    console.log(`${passed.toFixed(3)} ${((user + system) / 1000).toFixed(3)}`);
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
