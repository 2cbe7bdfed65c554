# What BI tools and programs get through their drivers: pgjdbc (as Metabase
# uses it), psycopg and node-postgres send every card of docs/metabase.md with
# parameters of all kinds, as a role that can only read, and get what psql
# prints, in columns of plain types.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Document qw(parse_document fill_in);
use Encode qw(encode_utf8);
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $root = "$FindBin::RealBin/../..";
my $in_ci = ($ENV{CI} // '') eq 'true';
my $password = 'only-reads';

# What a chart can draw; everything else is a mistake in a last column.
my %plain = map { $_ => 1 } qw(int2 int4 int8 numeric date timestamp timestamptz text);

# ---------------------------------------------------------------------------
# The clients
# ---------------------------------------------------------------------------

sub runs
{
	my @command = @_;
	my ($out, $err);

	return eval { IPC::Run::run(\@command, '<', \undef, '>', \$out, '2>', \$err) } ? $out : undef;
}

my $jar = $ENV{PGJDBC} // '/usr/share/java/postgresql.jar';
my $node_path = join(':', grep { defined && $_ ne '' } $ENV{NODE_PATH},
	"$root/test/clients/node_modules", '/usr/share/nodejs', '/usr/lib/nodejs');
$ENV{NODE_PATH} = $node_path;

# A command for each client, or why there is none.
my %client = (
	java => sub {
		return 'there is no JDK' unless (runs('java', '--list-modules') // '') =~ /^jdk\.compiler\b/m;
		return "there is no $jar" unless -e $jar;
		# what starts faster for a program this small
		return [ 'java', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-XX:-UsePerfData', '-cp', $jar, "$root/test/clients/Client.java" ];
	},
	python => sub {
		foreach my $python ('python3', '/usr/bin/python3')
		{
			return [ $python, "$root/test/clients/client.py" ] if defined runs($python, '-c', 'import psycopg');
		}
		return 'Python has no module psycopg';
	},
	node => sub {
		foreach my $node ('node', 'nodejs', '/usr/bin/node')
		{
			return [ $node, "$root/test/clients/client.js" ] if defined runs($node, '-e', 'require("pg")');
		}
		return 'Node.js has no module pg';
	});

my %missing;
foreach my $name (sort keys %client)
{
	my $command = $client{$name}->();

	if (ref $command) { $client{$name} = $command; }
	else { $missing{$name} = $command; }
}

# ---------------------------------------------------------------------------
# The server, its company and the views of the document
# ---------------------------------------------------------------------------

# Drivers that cannot do without TCP are given it, for one role and with a
# password, as a BI tool has it.
my $node = PostgreSQL::Test::Cluster->new('clients');
$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "listen_addresses = '127.0.0.1'\npassword_encryption = 'scram-sha-256'");
unlink $node->data_dir . '/pg_hba.conf';
$node->append_conf('pg_hba.conf', "local all all trust\nhost company metabase 127.0.0.1/32 scram-sha-256");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE company');

my @cards;
my %values;
my $setup = "SET client_min_messages = warning;\nCREATE EXTENSION cx_metrics;\n";
my $heading = '';

chdir $root or die "cannot enter $root: $!";
{
	open my $in, '<:encoding(UTF-8)', 'docs/metabase.md' or die "docs/metabase.md: $!";
	my @lines = split /\n/, do { local $/; <$in> };
	close $in;

	foreach my $block (parse_document(@lines))
	{
		if ($block->{kind} eq 'parameters') { %values = (%values, %{ $block->{values} }); }
		elsif ($block->{kind} eq 'sql' && defined $block->{text})
		{
			# what reads the company's own tables is no card: the role of the cards may not
			next if $block->{sql} !~ /^(?:SELECT|WITH)/ || $block->{sql} =~ /\bdemo\./;
			my ($heading) = grep { /^###? / } reverse @lines[ 0 .. $block->{line} - 1 ];
			my ($query) = $block->{sql} =~ /\A(.*);\s*\z/s or die "line $block->{line}: not one query";
			push @cards, { name => ($heading =~ s/^#+ //r) . " (line $block->{line})", sql => $query };
		}
		elsif ($block->{kind} ne 'left out' && $block->{sql} !~ /^DROP OWNED|\bSET ROLE|\bRESET ROLE/)
		{
			$setup .= "$block->{sql}\n";
		}
	}
}
cmp_ok(scalar @cards, '>', 10, 'the document has cards');

my ($out, $err) = ('', '');
$setup .= <<"SQL";
ALTER ROLE metabase PASSWORD '$password';
SET search_path = demo, public;
\\set QUIET on
\\o /dev/null
\\i demo/report.sql
\\o
GRANT USAGE ON SCHEMA demo TO metabase;
GRANT SELECT ON demo.customer_360, demo.company_month TO metabase;
SQL
IPC::Run::run([ 'psql', '-X', '-q', '-d', $node->connstr('company') ], '<', \encode_utf8($setup), '>', \$out, '2>', \$err);
is($err, '', 'the company, and the views of docs/metabase.md');

my %as_reader = (
	PGHOST => '127.0.0.1', PGPORT => $node->port, PGDATABASE => 'company',
	PGUSER => 'metabase', PGPASSWORD => $password, TZ => 'UTC', PGTZ => 'UTC',
	PGCLIENTENCODING => 'UTF8');

# Rows of a query by psql, or the SQLSTATE of its error.  One psql for all.
my ($psql_in, $psql_out, $psql_err) = ('', '', '');
my $psql = do {
	local %ENV = (%ENV, %as_reader, PGHOST => $node->host);

	IPC::Run::start([ 'psql', '-X', '-q', '-At', '-F', "\t", '-P', 'null=\\N', '-v', 'VERBOSITY=sqlstate' ],
		'<', \$psql_in, '>', \$psql_out, '2>', \$psql_err, IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
};

sub by_psql
{
	my ($sql) = @_;
	my $end = "end-of-query\n";

	($psql_out, $psql_err) = ('', '');
	$psql_in .= encode_utf8("$sql;\n\\echo end-of-query\n\\warn end-of-query\n");
	$psql->pump until $psql_out =~ /^\Q$end\E/m && $psql_err =~ /^\Q$end\E/m;
	s/^\Q$end\E//m for $psql_out, $psql_err;
	return $1 if $psql_err =~ /^ERROR:\s+(\w{5})/m;
	die $psql_err if $psql_err ne '';
	return [ map { normal($_) } split /\n/, $psql_out ];
}

# 1.50 and 1.5 are one number: drivers differ in the zeros that they keep.
sub normal
{
	my ($line) = @_;

	return join("\t", map { /^-?\d+\.\d+$/ ? s/\.?0+$//r : $_ } split /\t/, $line, -1);
}

# ---------------------------------------------------------------------------
# Jobs: what the clients are to do, and what should come of it
# ---------------------------------------------------------------------------

my (%jobs, %expected);

# The kind of a parameter follows from its value in the document.
sub kind_of
{
	my ($value) = @_;
	return $value =~ /^date / ? 'day' : $value =~ /^'/ ? 'text' : 'integer';
}

sub bare
{
	my ($value) = @_;
	return $value =~ s/^(?:date )?'(.*)'$/$1/r;
}

my %placeholder = (java => sub { '?' }, python => sub { '%s' }, node => sub { "\$$_[0]" });

# add_job(CLIENT, MODE, NAME, SQL, BINDS, WANTED): the SQL has ? for each of
# them, WANTED is an array of rows or an SQLSTATE.
sub add_job
{
	my ($client, $mode, $name, $sql, $binds, $wanted) = @_;
	my $n = 0;

	$sql =~ s/%/%%/g if $client eq 'python';
	$sql =~ s/\?/$placeholder{$client}->(++$n)/ge;
	$sql =~ s/\s*\n/\\n/g;
	push @{ $jobs{$client} }, join("\t", 'query', $name, $mode, $sql, @$binds);
	$expected{$client}{"$name\t$mode"} = $wanted;
	return;
}

# Ways to send parameters: a client, its mode, and how it sends each kind.
my @ways = (
	# Metabase: numbers become a part of the SQL
	[ 'java', 'bi', { day => 'LocalDate', text => 'Object' } ],
	[ 'java', 'default', { day => 'Date', text => 'String', integer => 'Long' } ],
	[ 'java', 'default', { day => 'OffsetDateTime', text => 'String', integer => 'BigDecimal' } ],
	[ 'java', 'default', { day => 'String', text => 'String', integer => 'Double' } ],
	[ 'java', 'default', { day => 'Other', text => 'Other', integer => 'Other' } ],
	[ 'java', 'untyped', { day => 'String', text => 'String', integer => 'String' } ],
	[ 'java', 'prepared', { day => 'LocalDate', text => 'String', integer => 'Int' } ],
	[ 'java', 'binary', { day => 'LocalDate', text => 'String', integer => 'Int' } ],
	[ 'java', 'cursor', { day => 'Timestamp', text => 'String', integer => 'Short' } ],
	[ 'java', 'simple', { day => 'LocalDateTime', text => 'String', integer => 'Long' } ],
	[ 'python', 'text', { day => 'date', text => 'str', integer => 'int' } ],
	[ 'python', 'text', { day => 'str', text => 'str', integer => 'Decimal' } ],
	[ 'python', 'binary', { day => 'aware', text => 'str', integer => 'int' } ],
	[ 'python', 'prepared', { day => 'datetime', text => 'str', integer => 'float' } ],
	[ 'node', 'text', { day => 'date', text => 'string', integer => 'number' } ],
	[ 'node', 'text', { day => 'string', text => 'string', integer => 'string' } ],
	[ 'node', 'prepared', { day => 'string', text => 'string', integer => 'number' } ]);

# Every card in every way, with and without its optional clauses.
my $nan = 0;
foreach my $card (@cards)
{
	my $sql = $card->{sql};
	my @given = (\%values);

	push @given, { %values, map { $_ => '' } $sql =~ /\[\[[^\]]*\{\{(\w+)\}\}/g } if $sql =~ /\[\[/;
	foreach my $given (@given)
	{
		my $name = $card->{name} . ($given == \%values ? '' : ', optional clauses left out');
		my $wanted = by_psql(fill_in($sql, $given, sub { $given->{ $_[0] } }));

		cmp_ok(ref $wanted ? scalar @$wanted : 0, '>', 0, "psql: $name");
		$nan += grep { /\b(?:NaN|Infinity)\b/i } @$wanted;
		foreach my $way (0 .. $#ways)
		{
			my ($client, $mode, $kinds) = @{ $ways[$way] };
			my @binds;
			my $text = fill_in($sql, $given, sub {
				my $value = $given->{ $_[0] };
				my $kind = $kinds->{ kind_of($value) } // return $value;
				push @binds, "$kind=" . bare($value);
				return '?';
			});
			add_job($client, $mode, "$name #$way", $text, \@binds, $wanted);
		}
	}
}
is($nan, 0, 'no NaN and no infinity in any card');

# What Metabase reads on its own: types and samples of the views, and the
# values of columns for its filters.
my @relations = split /\n/, $node->safe_psql('company', q{
	SELECT c.oid::regclass FROM pg_class AS c
	WHERE relnamespace = 'cx_report'::regnamespace AND relkind IN ('v', 'm')
	   OR c.oid IN ('demo.customer_360'::regclass, 'demo.company_month'::regclass)
	ORDER BY 1});
cmp_ok(scalar @relations, '>=', 6, 'there are reports');
foreach my $relation (@relations)
{
	my $sql = "SELECT * FROM (SELECT * FROM $relation LIMIT 10000) AS sample ORDER BY 1, 2, 3";
	my $wanted = by_psql($sql);

	cmp_ok(scalar @$wanted, '>', 0, "psql: $relation");
	is(scalar(grep { /\b(?:NaN|Infinity)\b/i } @$wanted), 0, "no NaN and no infinity in $relation");
	foreach my $way ([ 'java', 'bi' ], [ 'java', 'cursor' ], [ 'java', 'binary' ], [ 'python', 'text' ], [ 'python', 'binary' ], [ 'node', 'text' ])
	{
		add_job(@$way, $relation, $sql, [], $wanted);
	}
	foreach my $column (split /\n/, $node->safe_psql('company',
		"SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = '$relation'::regclass AND attnum > 0"))
	{
		my $values = "SELECT $column FROM $relation GROUP BY $column ORDER BY $column ASC LIMIT 1000";
		add_job('java', 'bi', "values of $relation.$column", $values, [], by_psql($values));
	}
}
foreach my $sql (
	q{SELECT table_name::text, column_name::text, udt_name::text, is_nullable::text FROM information_schema.columns WHERE table_schema = 'cx_report' ORDER BY 1, ordinal_position},
	q{SELECT routine_name::text, count(*), count(data_type) FROM information_schema.routines WHERE routine_schema = 'public' GROUP BY 1 ORDER BY 1},
	q{SELECT c.relname::text, obj_description(c.oid) FROM pg_class AS c WHERE relnamespace = 'cx_report'::regnamespace AND relkind IN ('v', 'm') ORDER BY 1})
{
	my $wanted = by_psql($sql);

	cmp_ok(scalar @$wanted, '>=', 4, 'psql: ' . substr($sql, 0, 60));
	add_job(@$_, "catalog: $sql", $sql, [], $wanted) for [ 'java', 'bi' ], [ 'python', 'text' ], [ 'node', 'text' ];
}

# ---------------------------------------------------------------------------
# Parameters without a cast: which a function takes, and which it does not
# ---------------------------------------------------------------------------

# [ query with a %s for each parameter, its parameters as kind => value ]
my @calls = (
	[ 'SELECT sum(mrr_at(h, %s)) FROM cx_summary.customer_mrr', [ day => '2025-12-31' ] ],
	[ q{SELECT count(*) FROM cx_summary.customer_mrr WHERE mrr_movement(h, %s, %s) = 'new'}, [ day => '2025-07-01' ], [ day => '2026-01-01' ] ],
	[ 'SELECT sum(new_mrr) FROM mrr_bridge((SELECT mrr_summary(h, %s) FROM cx_summary.customer_mrr), %s, %s)',
		[ text => 'month' ], [ day => '2025-07-01' ], [ day => '2026-01-01' ] ],
	[ 'SELECT count(*) FROM cx_summary.user_activity WHERE was_active(days, %s, %s)', [ day => '2025-12-31' ], [ integer => '28' ] ],
	[ 'SELECT sum(mau) FROM cx_summary.usage, active_users(users, %s, %s, %s)', [ day => '2025-07-01' ], [ day => '2026-01-01' ], [ integer => '28' ] ],
	[ 'SELECT sum(active) FROM cx_summary.usage, cohort_retention(months, %s)', [ day => '2026-01-01' ] ],
	[ q{SELECT sum(frequency(p, %s)) FROM (SELECT purchase_history(amount, purchased_on) AS p FROM (VALUES (5, date '2025-01-01'), (7, '2025-03-01')) AS o (amount, purchased_on)) AS h},
		[ day => '2025-12-31' ] ],
	[ q{SELECT round(churn_agg(starts, ends, %s, %s), 6) FROM (VALUES (date '2024-01-01', date '2025-08-01'), ('2024-02-01', NULL)) AS c (starts, ends)},
		[ day => '2025-07-01' ], [ day => '2026-01-01' ] ],
	[ q{SELECT completed(duration_summary(a, b, %s)) FROM (VALUES (date '2024-01-01', date '2025-08-01'), ('2024-02-01', NULL)) AS c (a, b)}, [ date_or_time => '2026-01-01' ] ],
	[ q{SELECT round(survival(s, %s), 6) FROM cx_summary.lifetimes WHERE segment = 'small'}, [ length => '365 days' ] ],
	[ q{SELECT round(median_duration(response, %s), 6) FROM cx_summary.service_monthly WHERE month = '2025-12-01' AND channel = 'phone'}, [ text => 'hour' ] ],
	[ q{SELECT round(csat(rollup(scores), %s, %s), 6) FROM cx_summary.survey_daily WHERE kind = 'csat'}, [ integer => '4' ], [ integer => '5' ] ],
	[ q{SELECT round(low, 6) FROM nps_interval((SELECT rollup(scores) FROM cx_summary.survey_daily WHERE kind = 'nps'), %s)}, [ fraction => '0.9' ] ],
	[ q{SELECT string_agg(health_band(v, %s), ' ') FROM unnest(ARRAY[10, 50, 90]) AS v}, [ fraction => '60' ] ]);

my $undefined = '42883';
my %cast = (day => 'date', date => 'date', date_or_time => 'date', text => 'text', integer => 'integer', fraction => 'float8', length => 'interval');

# What resolves without a cast.  A driver that sends no type lets PostgreSQL
# find it out; one that sends varchar, or a wider type, is refused, as
# PostgreSQL's own functions do.  OffsetDateTime and "aware" are timestamptz.
my %taken = (
	java => {
		LocalDate => [qw(day date date_or_time)], LocalDateTime => [qw(day date_or_time)], OffsetDateTime => [qw(date_or_time)],
		Date => [qw(day date date_or_time)], Timestamp => [qw(day date date_or_time)],
		String => [qw(text)], Other => [qw(day date date_or_time text integer fraction length)],
		Int => [qw(integer fraction)], Short => [qw(integer fraction)], Long => [qw(fraction)],
		Double => [qw(fraction)], BigDecimal => [qw(fraction)] },
	python => {
		date => [qw(day date date_or_time)], datetime => [qw(day date_or_time)], aware => [qw(date_or_time)],
		str => [qw(day date date_or_time text integer fraction length)],
		int => [qw(integer fraction)], float => [qw(fraction)], Decimal => [qw(fraction)] },
	node => {
		date => [qw(day date date_or_time)],
		string => [qw(day date date_or_time text integer fraction length)], number => [qw(integer fraction)] });
# The kinds of parameters for which a way to send it makes sense at all.
my %sense = (
	(map { $_ => [qw(day date date_or_time)] } qw(LocalDate LocalDateTime OffsetDateTime Date Timestamp date datetime aware)),
	(map { $_ => [qw(integer fraction)] } qw(Int Short Long Double BigDecimal int float Decimal number)),
	(map { $_ => [qw(day date date_or_time text integer fraction length)] } qw(String Other str string)));

foreach my $call (@calls)
{
	my ($sql, @parameters) = @$call;
	my $literals = by_psql(sprintf $sql, map { "'$_->[1]'" } @parameters);

	is(ref $literals, 'ARRAY', "literals: $sql");
	foreach my $client (sort keys %taken)
	{
		foreach my $how (sort keys %{ $taken{$client} })
		{
			# the others of the call go as literals
			foreach my $kind (keys %cast)
			{
				next unless grep { $_ eq $kind } @{ $sense{$how} };
				my @at = grep { $parameters[$_][0] eq $kind } 0 .. $#parameters;
				next unless @at;
				# 0.9 is no whole number
				next if $how =~ /^(?:Int|Short|Long|int)$/ && grep { $parameters[$_][1] =~ /\./ } @at;
				my %at = map { $_ => 1 } @at;
				my $takes = grep { $_ eq $kind } @{ $taken{$client}{$how} };
				my @binds = map { "$how=$parameters[$_][1]" } @at;
				my $mode = $client eq 'java' ? 'default' : 'text';

				add_job($client, $mode, "$how for $kind: $sql",
					sprintf($sql, map { $at{$_} ? '?' : "'$parameters[$_][1]'" } 0 .. $#parameters),
					\@binds, $takes ? $literals : $undefined);
				add_job($client, $mode, "$how for $kind, cast: $sql",
					sprintf($sql, map { $at{$_} ? "?::$cast{$kind}" : "'$parameters[$_][1]'" } 0 .. $#parameters),
					\@binds, $literals);
			}
		}
	}
}

# A series of days that a cast makes days, in any time zone.
{
	my $sql = q{SELECT d%s AS day, sum(mrr_at(h, d%s)) FROM generate_series(%s, %s, '1 month') AS d, cx_summary.customer_mrr GROUP BY 1 ORDER BY 1};
	my $cast = '::date';
	my $wanted = by_psql(sprintf $sql, $cast, $cast, q{date '2025-01-01'}, q{date '2025-12-01'});

	is(scalar @$wanted, 12, 'a series of months');
	foreach my $way ([ 'java', 'bi', 'LocalDate' ], [ 'java', 'default', 'Other' ], [ 'java', 'default', 'Date' ], [ 'python', 'text', 'str' ], [ 'node', 'text', 'string' ])
	{
		my ($client, $mode, $how) = @$way;
		my @binds = ("$how=2025-01-01", "$how=2025-12-01");

		add_job($client, $mode, "series of days by $how", sprintf($sql, $cast, $cast, '?::date', '?::date'), \@binds, $wanted);
		# a series of timestamps needs none
		add_job($client, $mode, "series of timestamps by $how", sprintf($sql, $cast, '', '?::timestamp', '?::timestamp'), \@binds, $wanted);
		# timestamptz: which day that is depends on the time zone
		add_job($client, $mode, "series without a cast by $how", sprintf($sql, $cast, '', '?::date', '?::date'), \@binds, $undefined);
	}
	add_job('java', 'default', 'series of untyped ends', sprintf($sql, $cast, $cast, '?', '?'), [ 'Other=2025-01-01', 'Other=2025-12-01' ], '42725');
}

# NULL for an option is its default, and NULL for what has to be there is NULL.
{
	my $bridge = 'SELECT * FROM mrr_bridge((SELECT mrr_summary(h, \'year\') FROM cx_summary.customer_mrr), %s, %s)';
	my $all = by_psql(sprintf $bridge, 'NULL', 'NULL');
	my $at = 'SELECT count(*), count(mrr_at(h, %s)) FROM cx_summary.customer_mrr';
	my $none = by_psql(sprintf $at, 'NULL');

	is(scalar @$all, 3, 'a bridge of all years');
	foreach my $way ((map { [ 'java', 'default', $_ ] } qw(NullDate NullTimestamp Null)), [ 'python', 'text', 'none' ], [ 'python', 'binary', 'none' ], [ 'node', 'text', 'none' ])
	{
		my ($client, $mode, $how) = @$way;

		add_job($client, $mode, "defaults by $how", sprintf($bridge, '?', '?'), [ ("$how=") x 2 ], $all);
		add_job($client, $mode, "NULL by $how", sprintf($at, '?'), ["$how="], $none);
	}
	add_job('java', 'default', 'defaults by NullString', sprintf($bridge, '?', '?'), [ ('NullString=') x 2 ], $undefined);
	add_job('java', 'default', 'defaults by NullString, cast', sprintf($bridge, '?::date', '?::date'), [ ('NullString=') x 2 ], $all);
}

# A summary that is not read by a function is its text, which goes back in.
{
	my $summary = q{SELECT scores FROM cx_summary.survey_daily WHERE kind = 'nps' AND day = '2025-12-31' ORDER BY channel};
	my $texts = by_psql($summary);
	my $nps = by_psql("SELECT nps('$texts->[0]'::survey_summary)");

	like($texts->[0], qr/^\{"version": 1,/, 'psql: summaries');
	foreach my $way ([ 'java', 'bi', 'Object' ], [ 'java', 'binary', 'Other' ], [ 'java', 'untyped', 'String' ], [ 'python', 'text', 'str' ], [ 'node', 'text', 'string' ])
	{
		my ($client, $mode, $how) = @$way;

		add_job($client, $mode, 'a summary', $summary, [], $texts);
		add_job($client, $mode, "a summary by $how", 'SELECT nps(?::survey_summary)', ["$how=$texts->[0]"], $nps);
	}
}

# The role reads what it may, and nothing else.
foreach my $way ([ 'java', 'bi' ], [ 'python', 'text' ], [ 'node', 'text' ])
{
	add_job(@$way, 'no table behind the views', 'SELECT count(*) FROM demo.survey_responses', [], '42501');
	add_job(@$way, 'no refresh', 'REFRESH MATERIALIZED VIEW cx_summary.survey_daily', [], '42501');
}

# ---------------------------------------------------------------------------
# Run them
# ---------------------------------------------------------------------------

sub run_client
{
	my ($client) = @_;
	my $file = "$PostgreSQL::Test::Utils::tmp_check/jobs.$client";
	my %got;
	local %ENV = (%ENV, %as_reader);
	my ($stdout, $stderr);

	open my $jobs, '>:encoding(UTF-8)', $file or die "$file: $!";
	print $jobs map { "$_\n" } ($client eq 'java' ? map { "metadata\t$_" } qw(cx_report demo public) : ()), @{ $jobs{$client} };
	close $jobs;
	IPC::Run::run([ @{ $client{$client} }, $file ], '<', \undef, '>', \$stdout, '2>', \$stderr);
	is($stderr, '', "$client: no complaint");
	like($stdout, qr/^done$/m, "$client: to the end");
	foreach my $line (split /\n/, $stdout)
	{
		my ($what, $name, $mode, @rest) = split /\t/, $line, -1;

		if ($what eq 'row') { push @{ $got{"$name\t$mode"}{rows} }, normal(join("\t", @rest)); }
		elsif ($what eq 'columns') { $got{"$name\t$mode"}{columns} = \@rest; $got{"$name\t$mode"}{rows} //= []; }
		elsif ($what eq 'error') { $got{"$name\t$mode"}{error} = $rest[0]; }
		else { push @{ $got{''}{$what} }, [ $name, $mode, @rest ]; }
	}
	return \%got;
}

foreach my $client (sort keys %client)
{
	if ($missing{$client})
	{
		if ($in_ci) { fail("$client: $missing{$client}, and in CI it has to be"); }
		else { SKIP: { skip("$client: $missing{$client}", 1); } }
		next;
	}

	my $got = run_client($client);
	my (%good, %bad, @odd, %binary);

	foreach my $job (@{ $jobs{$client} })
	{
		my (undef, $name, $mode) = split /\t/, $job;
		my $wanted = $expected{$client}{"$name\t$mode"};
		my $result = $got->{"$name\t$mode"} // {};
		my $group = $name =~ /#(\d+)$/ ? "cards, $mode, " . join(', ', map { "$_ as $ways[$1][2]{$_}" } sort keys %{ $ways[$1][2] })
		  : $name =~ /^(\w+) for / ? "calls, parameters as $1" : 'the rest';
		my $is = $result->{error} // join("\n", @{ $result->{rows} // ['nothing'] });
		my $should = ref $wanted ? join("\n", @$wanted) : $wanted;

		if ($is eq $should) { $good{$group}++; }
		else { push @{ $bad{$group} }, "$name\n  wanted: $should\n  got: $is"; }
		foreach my $column (@{ $result->{columns} // [] })
		{
			my ($label, $type, $format) = split /:/, $column;

			push @odd, "$label of $name is $type" unless $plain{$type} || $name eq 'a summary';
			$binary{$mode}{$format}{$type}++;
		}
	}
	foreach my $group (sort keys %{ { %good, %bad } })
	{
		ok(!$bad{$group}, "$client: " . ($good{$group} // 0) . " $group, as psql has it")
		  or diag(join("\n", splice @{ $bad{$group} }, 0, 5));
	}
	is(join("\n", @odd), '', "$client: all columns are numbers, dates and text");
	if ($client ne 'node')
	{
		ok($binary{binary}{binary}{numeric} && $binary{binary}{binary}{date} && $binary{binary}{binary}{int8},
			"$client: numbers and dates came in binary");
	}

	next unless $client eq 'java';

	# Executed five times, a statement is prepared on the server, and what it
	# gives from then on is the same (the client compares).
	my @prepared = @{ $got->{''}{prepared} // [] };
	is(scalar(grep { $_->[2] < 1 } @prepared), 0, 'java: ' . scalar(@prepared) . ' statements were prepared on the server');
	cmp_ok(scalar @prepared, '>=', scalar @cards, 'java: all of them');

	# What the driver tells of the schemas is what the catalogs say.
	my $catalog = sub { [ split /\n/, $node->safe_psql('company', $_[0]) ] };
	my $told = sub {
		my ($what, $schema, @columns) = @_;
		return [ sort map { join('|', @$_[ @columns ]) } grep { $_->[0] =~ $schema } @{ $got->{''}{$what} // [] } ];
	};
	my ($reports, $functions) = (qr/^(?:cx_report|demo)$/, qr/^public$/);
	is_deeply($told->('relation', $reports, 0, 1, 2), $catalog->(q{
		SELECT relnamespace::regnamespace, relname, CASE relkind WHEN 'r' THEN 'TABLE' WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END
		FROM pg_class WHERE relnamespace IN ('cx_report'::regnamespace, 'demo'::regnamespace) AND relkind IN ('r', 'v', 'm')
		ORDER BY concat_ws('|', relnamespace::regnamespace, relname, '') COLLATE "C"}), 'java: metadata of tables and views');
	is_deeply($told->('column', $reports, 0, 1, 2, 3), $catalog->(q{
		SELECT relnamespace::regnamespace, relname, attname, typname
		FROM pg_class AS c JOIN pg_attribute AS a ON attrelid = c.oid JOIN pg_type AS t ON t.oid = atttypid
		WHERE relnamespace IN ('cx_report'::regnamespace, 'demo'::regnamespace) AND relkind IN ('r', 'v', 'm') AND attnum > 0
		ORDER BY concat_ws('|', relnamespace::regnamespace, relname, attname, typname) COLLATE "C"}), 'java: metadata of columns');
	is_deeply($told->('function', $functions, 1, 2), $catalog->(q{
		SELECT concat_ws('|', proname || '_' || oid, obj_description(oid)) AS told FROM pg_proc
		WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
		ORDER BY concat_ws('|', proname || '_' || oid, obj_description(oid)) COLLATE "C"}),
		'java: metadata and comments of functions');
	cmp_ok(scalar @{ $told->('function', $functions, 1) }, '>', 300, 'java: there are functions');
	# a row for each argument, and one for the result unless it is in those, or for
	# each of its columns
	is_deeply($told->('arguments', $functions, 1, 2), $catalog->(q{
		SELECT concat_ws('|', proname || '_' || oid, cardinality(coalesce(proallargtypes, proargtypes::oid[]))
			+ CASE WHEN proargmodes IS NULL THEN greatest(1, (SELECT count(*)::integer FROM pg_attribute AS a JOIN pg_type AS t ON attrelid = typrelid WHERE t.oid = prorettype AND attnum > 0)) ELSE 0 END) FROM pg_proc
		WHERE pronamespace = 'public'::regnamespace
		ORDER BY concat_ws('|', proname || '_' || oid, '') COLLATE "C"}), 'java: metadata of their arguments, and of aggregates');
}

$psql->finish;
$node->stop;
done_testing();
