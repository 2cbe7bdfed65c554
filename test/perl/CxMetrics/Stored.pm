
# CxMetrics::Stored: the summaries that released versions have stored.
#
# test/data/stored/VERSION.tsv holds, from the release of that version on, values
# of every type: the type, the text, the binary form and the bytes as they are
# on disk, in hexadecimal.  Every later version must read all three alike.
#
# Each function takes a code reference that runs SQL and returns what psql
# prints with -At; the database has the extension in public.

package CxMetrics::Stored;

use strict;
use warnings;
use Exporter qw(import);

our @EXPORT = qw(stored_values unread);

my $LITTLE_ENDIAN = pack('L', 1) eq pack('V', 1);

# A type whose input and output are those of bytea, and which has the layout of
# a summary: the bytes that a summary is stored as, and back.
my $RAW = q{
SET client_min_messages = error;
DROP TYPE IF EXISTS raw_summary CASCADE;
CREATE TYPE raw_summary;
CREATE FUNCTION raw_summary_in(cstring) RETURNS raw_summary AS 'byteain' LANGUAGE internal IMMUTABLE STRICT;
CREATE FUNCTION raw_summary_out(raw_summary) RETURNS cstring AS 'byteaout' LANGUAGE internal IMMUTABLE STRICT;
CREATE TYPE raw_summary (INPUT = raw_summary_in, OUTPUT = raw_summary_out, ALIGNMENT = double, STORAGE = extended);
};

sub _casts
{
	return $RAW . join '', map { "CREATE CAST ($_ AS raw_summary) WITHOUT FUNCTION; CREATE CAST (raw_summary AS $_) WITHOUT FUNCTION;\n" } @_;
}

# stored_values(RUN, SEEDS): the lines of such a file, from what
# CxMetrics::Everything calls seeds: the first and the last of each type.
sub stored_values
{
	my ($run, $seeds) = @_;
	my @types = split /\n/, $run->("SELECT DISTINCT type FROM json_to_recordset(\$json\$$seeds\$json\$) AS s(type text) ORDER BY 1");
	my $values = "SELECT * FROM (SELECT *, count(*) OVER (PARTITION BY type) AS n FROM json_to_recordset(\$json\$$seeds\$json\$) AS s(type text, id int, value text)) s
		WHERE id <= 6 OR id > n - 4";

	return $run->(_casts(@types) . "SET bytea_output = hex;\nWITH v AS ($values)\n"
		  . join("\nUNION ALL\n", map {
				"SELECT concat_ws(E'\\t', type, id, value::$_, encode(${_}_send(value::$_), 'hex'), substr(value::$_\::raw_summary::text, 3)) FROM v WHERE type = '$_'" } @types));
}

# unread(RUN, LINES, FILE): what of these lines is not read as it was; FILE may
# be written and is read by the server.
sub unread
{
	my ($run, $lines, $file) = @_;
	my %rows;
	my @problems;

	for (split /\n/, $lines)
	{
		my ($type, $id, $text, $binary, $disk) = split /\t/;

		push @{ $rows{$type} }, [ $id, $text, $binary, $disk ];
	}
	$run->(_casts(sort keys %rows));
	for my $type (sort keys %rows)
	{
		my $values = join ', ', map {
			# the bytes are those of a machine whose words end with the high byte
			sprintf $LITTLE_ENDIAN ? q{(%d, $text$%s$text$::%s, '\x%s'::raw_summary::%3$s)} : q{(%d, $text$%s$text$::%s, $text$%2$s$text$)},
			  @$_[ 0, 1 ], $type, $_->[3]
		} @{ $rows{$type} };

		# what COPY reads: a header, the rows of an int4 and the value, the end
		open my $out, '>:raw', $file or die "$file: $!";
		print $out "PGCOPY\n\377\r\n\0", pack('NN', 0, 0),
		  (map { pack('n NN N/a*', 2, 4, $_->[0], pack('H*', $_->[2])) } @{ $rows{$type} }), pack('n', 0xFFFF);
		close $out or die "$file: $!";
		push @problems, split /\n/, $run->("
			CREATE TEMP TABLE was (id int, from_text $type, from_disk $type);
			INSERT INTO was VALUES $values;
			CREATE TEMP TABLE sent (id int, from_binary $type);
			COPY sent FROM '$file' (FORMAT binary);
			SELECT format('$type %s: text %s, bytes %s, binary %s', id, from_text, from_disk, from_binary)
			FROM was LEFT JOIN sent USING (id)
			WHERE (from_text = from_disk AND from_text = from_binary) IS NOT TRUE
			OR (from_text::text = from_disk::text AND from_text::text = from_binary::text) IS NOT TRUE
			ORDER BY id;
			DROP TABLE was, sent");
	}
	return @problems;
}

1;
