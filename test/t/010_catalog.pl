
# The rules that every object of the extension keeps, checked in the catalogs.
# Each rule is a query for the objects that break it.  An exception is listed
# here with its reason; one that no longer applies fails too.
#
# What a function needs beside this, in documents and tests, is in
# test/functions.pl.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Rules qw(keeps);
use CxMetrics::Script qw(install_script public_functions);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('catalog');
$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION cx_metrics');

# The members of the extension; array types come with their element types.
$node->safe_psql(
	'postgres', q{
CREATE VIEW member AS
	SELECT classid, objid FROM pg_depend
	WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
	AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'cx_metrics');
CREATE VIEW member_proc AS
	SELECT p.*, p.oid::regprocedure::text AS name FROM pg_proc p
	JOIN member m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid;
CREATE VIEW member_aggregate AS
	SELECT p.proname, p.pronargs, p.name, a.* FROM member_proc p
	JOIN pg_aggregate a ON a.aggfnoid = p.oid;
CREATE VIEW member_type AS
	SELECT t.*, t.oid::regtype::text AS name FROM pg_type t
	JOIN member m ON m.classid = 'pg_type'::regclass AND m.objid = t.oid
	WHERE t.typelem = 0 AND t.typtype <> 'c';
CREATE VIEW member_operator AS
	SELECT o.*, o.oid::regoperator::text AS name FROM pg_operator o
	JOIN member m ON m.classid = 'pg_operator'::regclass AND m.objid = o.oid;
});

cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM member_proc'),
	'>', 0, 'the extension has functions');

# rule(NAME, QUERY, object => 'reason why it may', ...); the query may also give
# what to do about an object.
sub rule
{
	my ($name, $query, %exceptions) = @_;

	keeps($name, { map { /^([^|]*)\|?(.*)/ } split /\n/, $node->safe_psql('postgres', $query) }, %exceptions);
	return;
}

# What test/functions.pl reads from the script is what there is.
my ($read) = public_functions(install_script("$FindBin::RealBin/../../cx_metrics.control"));
is( join("\n", sort map { "$_->{signature} $_->{kind} $_->{result}: @{ $_->{options} }; $_->{comment}" } @$read),
	$node->safe_psql('postgres', q{
SELECT string_agg(r, E'\n' ORDER BY r COLLATE "C") FROM (
	SELECT format('%s %s %s: %s; %s', name, replace(prokind, 'w', 'f'), format_type(prorettype, NULL),
		array_to_string(proargnames[pronargs - pronargdefaults + 1 : pronargs], ' '), obj_description(oid, 'pg_proc')) AS r
	FROM member_proc p
	WHERE NOT EXISTS (SELECT 1 FROM pg_aggregate a WHERE p.oid IN (aggtransfn, aggcombinefn, aggmtransfn, aggminvtransfn)
			OR p.oid IN (aggfinalfn, aggmfinalfn) AND obj_description(p.oid, 'pg_proc') LIKE 'final function of%')
	AND NOT EXISTS (SELECT 1 FROM pg_operator WHERE oprcode = p.oid)
	AND NOT EXISTS (SELECT 1 FROM pg_amproc WHERE amproc = p.oid)
	AND NOT EXISTS (SELECT 1 FROM pg_type WHERE p.oid IN (typinput, typoutput, typreceive, typsend))) AS f}),
	'the functions that people call are those that test/functions.pl reads from the script');

rule('every function and aggregate has a comment', q{
SELECT name, format('write into sql/, below it: COMMENT ON %s %s IS ''...'';', CASE prokind WHEN 'a' THEN 'AGGREGATE' WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, name)
FROM member_proc
WHERE obj_description(oid, 'pg_proc') IS NULL ORDER BY 1});

# The script is read in the database's encoding, whatever that is.
rule('comments are plain ASCII', q{
SELECT name FROM member_proc
WHERE obj_description(oid, 'pg_proc') ~ '[^\x01-\x7f]' ORDER BY 1});

rule('every type has a comment', q{
SELECT name FROM member_type
WHERE obj_description(oid, 'pg_type') IS NULL ORDER BY 1});

rule('every table and view has a comment', q{
SELECT c.oid::regclass FROM pg_class c JOIN member m ON m.classid = 'pg_class'::regclass AND m.objid = c.oid
WHERE relkind <> 'i' AND obj_description(c.oid, 'pg_class') IS NULL ORDER BY 1});

rule('every operator has a comment', q{
SELECT name FROM member_operator
WHERE obj_description(oid, 'pg_operator') IS NULL ORDER BY 1});

rule('every operator class and family has a comment', q{
SELECT 'class ' || opcname FROM pg_opclass c JOIN member m ON m.classid = 'pg_opclass'::regclass AND m.objid = c.oid
WHERE obj_description(c.oid, 'pg_opclass') IS NULL
UNION ALL
SELECT 'family ' || opfname FROM pg_opfamily f JOIN member m ON m.classid = 'pg_opfamily'::regclass AND m.objid = f.oid
WHERE obj_description(f.oid, 'pg_opfamily') IS NULL ORDER BY 1});

my %writes = map { $_ => 'writes' } 'keep_summary(text,text,boolean)', 'drop_summary(text)', 'repair_summary(text,boolean)', 'compact_summary(text)', 'keep_summary_trigger()';
rule('every function is IMMUTABLE', q{
SELECT name FROM member_proc WHERE provolatile <> 'i' ORDER BY 1},
	%writes, 'create_report(text,jsonb,boolean)' => 'it makes views',
	(map { $_ => 'it refreshes views' } 'refresh_views(text,boolean)', 'refresh_views(text[],boolean)'),
	'find_bad_rows(text,text,text,text,integer)' => 'it reads a table');

rule('every function and aggregate is PARALLEL SAFE', q{
SELECT name FROM member_proc WHERE proparallel <> 's' ORDER BY 1},
	%writes, 'create_report(text,jsonb,boolean)' => 'it makes views',
	(map { $_ => 'it refreshes views' } 'refresh_views(text,boolean)', 'refresh_views(text[],boolean)'),
	'find_bad_rows(text,text,text,text,integer)' => 'no worker may begin a subtransaction');

# What is given NULL cannot know which type NULL would be of; and aggregates
# with polymorphic arguments are not pushed down to shards.
rule('no argument or result is polymorphic', q{
SELECT name FROM member_proc
WHERE EXISTS (SELECT 1
	FROM unnest(proargtypes::oid[] || prorettype || coalesce(proallargtypes, '{}')) AS a(argument)
	WHERE argument::regtype::text IN ('anyelement', 'anyarray', 'anynonarray',
		'anyenum', 'anyrange', 'anymultirange', 'anycompatible',
		'anycompatiblearray', 'anycompatiblenonarray', 'anycompatiblerange',
		'anycompatiblemultirange', '"any"'))
ORDER BY 1});

# A SQL body that is kept as text looks its names up when it runs, along the
# search_path of that moment.
rule('every SQL body is BEGIN ATOMIC or RETURN', q{
SELECT name FROM member_proc
WHERE prolang = (SELECT oid FROM pg_language WHERE lanname = 'sql')
AND prosqlbody IS NULL ORDER BY 1});

# One that serves functions of different numbers of arguments would have to look
# how many it was called with; PostgreSQL's own test of its catalogs says so too.
rule('no C function is called with different numbers of arguments', q{
SELECT prosrc FROM member_proc
WHERE prolang = (SELECT oid FROM pg_language WHERE lanname = 'c')
GROUP BY prosrc HAVING min(pronargs) <> max(pronargs) ORDER BY 1});

rule('no function carries settings', q{
SELECT name FROM member_proc WHERE proconfig IS NOT NULL OR prosecdef ORDER BY 1});

# What Citus asks of an aggregate that it computes in part on the shards (see
# docs/scaling.md); that no argument is polymorphic is above.
rule('every state is of an ordinary type, with send and receive functions', q{
SELECT DISTINCT name FROM member_aggregate
JOIN pg_type t ON t.oid IN (aggtranstype, aggmtranstype)
WHERE typtype = 'p' OR typsend = 0 OR typreceive = 0 ORDER BY 1});

rule('every aggregate has a combine function', q{
SELECT name FROM member_aggregate WHERE aggcombinefn = 0 ORDER BY 1},
	'sparkline(double precision)' => 'the order of the rows is its point');

# The C code relies on it: see src/core/aggregate.h.
rule('every combine function is strict, and so is every inverse of one', q{
SELECT DISTINCT name FROM member_proc p
WHERE NOT proisstrict
AND (oid IN (SELECT aggcombinefn FROM pg_aggregate)
	OR oid IN (SELECT aggminvtransfn FROM pg_aggregate
		WHERE aggmtransfn IN (SELECT aggcombinefn FROM pg_aggregate)))
ORDER BY 1});

rule('every aggregate has an argument, and is no ordered-set aggregate', q{
SELECT name FROM member_aggregate
WHERE pronargs = 0 OR aggkind <> 'n' ORDER BY 1});

# Citus knows these by their names alone.
rule('no aggregate without a combine function has the name of a built-in one', q{
SELECT name FROM member_aggregate m
WHERE aggcombinefn = 0 AND EXISTS (SELECT 1 FROM pg_proc p
	WHERE p.proname = m.proname AND p.prokind = 'a' AND p.pronamespace = 'pg_catalog'::regnamespace)
ORDER BY 1});

rule('what has rollup() has sum() and +, by the same transitions', q{
SELECT r.name FROM member_aggregate r JOIN pg_proc p ON p.oid = r.aggfnoid
WHERE r.proname = 'rollup' AND (
	NOT EXISTS (SELECT 1 FROM member_aggregate s JOIN pg_proc q ON q.oid = s.aggfnoid
		WHERE s.proname = 'sum' AND q.proargtypes = p.proargtypes
		AND (s.aggtransfn, s.aggfinalfn, s.aggcombinefn, s.aggminvtransfn, s.aggtransspace)
			= (r.aggtransfn, r.aggfinalfn, r.aggcombinefn, r.aggminvtransfn, r.aggtransspace))
	OR NOT EXISTS (SELECT 1 FROM member_operator o WHERE oprname = '+' AND oprcom = o.oid
		AND oprleft = p.proargtypes[0] AND oprright = p.proargtypes[0] AND oprresult = p.proargtypes[0]))
ORDER BY 1});

rule('what has rollup() has -', q{
SELECT r.name, 'write MINUS = its inverse into @rollup in sql/parts, or the reason why that is not exact into this test' FROM member_aggregate r JOIN pg_proc p ON p.oid = r.aggfnoid
WHERE r.proname = 'rollup' AND NOT EXISTS (SELECT 1 FROM member_operator
	WHERE oprname = '-' AND oprleft = p.proargtypes[0] AND oprright = p.proargtypes[0] AND oprresult = p.proargtypes[0])
ORDER BY 1},
	'rollup(value_summary)' => 'a set does not know how often a customer is in it',
	'rollup(active_days)' => 'a set does not know how often a day is in it',
	(map { $_ => 'a set does not know how often an event is in it' } 'rollup(journey_log)', 'rollup(state_history)', 'rollup(ticket_log)'),
	'rollup(session_summary)' => 'sessions that were united cannot be told apart again',
	'rollup(trend_summary)' => 'the first and the last day have no inverse',
	'rollup(weighted_survey_summary)' => 'what is left does not tell how many decimals its weights had',
	'rollup(contract_model)' => 'no model is left where a part ended earlier',
	'rollup(series_summary)' => 'a day with a sum of 0 does not tell whether it had a value',
	'rollup(answer_log)' => 'a set does not know how often an answer is in it',
	'rollup(purchase_history)' => 'a day with a sum of 0 does not tell whether anything was bought on it',
	'rollup(mrr_history)' => 'one customer has nothing to be left out',
	'rollup(special_days)' => 'a calendar is made of all of them',
	'rollup(ticket_log)' => 'a set does not know how often a change is in it',
	'rollup(state_history)' => 'a set does not know how often a change is in it',
	'rollup(health_summary)' => 'one account has nothing to be left out',
	'rollup(health_outcomes)' => 'what is left does not tell which signals it had');

# A state of counts can take a row back, which keeps a moving window linear.
my $a_copy = 'each result is a copy of all durations, which costs more than its rows';
# sum() is rollup().
rule('every aggregate has an inverse transition', q{
SELECT name, 'write MSFUNC, MINVFUNC and MSTYPE, of rollup() UNCOMBINE and MSSPACE in its @rollup in sql/parts, or the reason why that is not exact into this test' FROM member_aggregate WHERE aggminvtransfn = 0 AND proname <> 'sum' ORDER BY 1},
	'duration_summary(date,date,date)' => $a_copy,
	'duration_summary(timestamp with time zone,timestamp with time zone,timestamp with time zone)' => $a_copy,
	'duration_summary(timestamp without time zone,timestamp without time zone,timestamp without time zone)' => $a_copy,
	'rollup(duration_summary)' => $a_copy,
	(map { $_ => $a_copy } 'length_summary(interval,boolean)', 'rollup(cause_duration_summary)',
		'business_duration_summary(business_calendar,timestamp with time zone,timestamp with time zone,timestamp with time zone)',
		(map { ("observed_duration_summary($_,$_,$_,$_)", "cause_duration_summary($_,$_,text,$_)") }
			'date', 'timestamp with time zone', 'timestamp without time zone')),
	(map { $_ => 'each result is a copy of all days' }
		'backlog_summary(timestamp without time zone,timestamp without time zone)', 'rollup(backlog_summary)',
		'special_days(date,time without time zone,time without time zone)', 'rollup(special_days)',
		'business_calendar(text,integer,time without time zone,time without time zone)'),
	(map { $_ => 'each result is a copy of all signals' }
		'health_summary(text,double precision,double precision)', 'rollup(health_summary)'),
	(map { $_ => 'each result is a copy of all segments' }
		(map { "driver_summary(text,$_,$_)" } qw(survey_summary rate_summary ratio_summary)),
		'money_driver_summary(text,numeric,numeric)', 'rollup(driver_summary)'),
	(map { $_ => 'each result is a copy of all scores' }
		'health_outcomes(health_summary,boolean)', 'rollup(health_outcomes)',
		'auc_summary(double precision,boolean)', 'auc_agg(double precision,boolean)', 'rollup(auc_summary)'),
	(map { $_ => 'each result is a copy of the whole history' }
		'mrr_history(numeric,date,date)', 'rollup(mrr_history)',
		'mrr_summary(mrr_history,text)', 'rollup(mrr_summary)'),
	(map { $_ => 'each result is a copy of the whole history, or a fit' }
		'purchase_history(numeric,date)', 'rollup(purchase_history)',
		'contract_model(integer,bigint)', 'rollup(contract_model)',
		'clv_model(purchase_history,date,text)', 'expected_total(clv_model,purchase_history,interval)'),
	(map { $_ => 'a set does not know how often a customer is in it' }
		'rollup(value_summary)', map { ("value_summary(numeric,$_)", "clv(numeric,$_,numeric)") }
		qw(integer bigint uuid text)),
	(map { $_ => 'a set does not know how often a day is in it' }
		'active_days(date)', 'rollup(active_days)'),
	(map { $_ => 'each result is a copy of all days or cohorts' }
		'active_users_summary(active_days)', 'rollup(active_users_summary)',
		'cohort_summary(active_days,text)', 'rollup(cohort_summary)'),
	(map { $_ => 'sessions that were united cannot be told apart again' }
		'session_summary(date,interval)',
		'session_summary(timestamp without time zone,interval)',
		'session_summary(timestamp with time zone,interval)',
		'rollup(session_summary)'),
	(map { $_ => 'the first and the last day have no inverse' }
		'trend_summary(numeric,date)', 'trend_summary(double precision,date)', 'rollup(trend_summary)'),
	(map { $_ => 'each result is a copy of all points' }
		'series_summary(numeric,date)', 'series_summary(double precision,date)', 'rollup(series_summary)'),
	(map { $_ => 'what is left does not tell how many decimals its weights had' }
		'rollup(weighted_survey_summary)', 'post_stratified_nps(survey_summary,numeric)', 'post_stratified_summary(survey_summary,numeric)',
		map { ("weighted_survey_summary($_,numeric)", "weighted_survey_summary($_,double precision)") } 'smallint', 'integer', 'double precision'),
	(map { $_ => 'each result is a copy of the whole log' }
		'rollup(usage_log)', 'rollup(event_log)', 'rollup(answer_log)', 'rollup(mrr_log)', 'rollup(purchase_log)', 'rollup(ticket_log)', 'rollup(journey_log)',
		'state_history(timestamp with time zone,text)', 'rollup(state_history)',
		map {
			my $id = $_;
			("usage_log($id,date)", "ticket_log($id,timestamp with time zone,text)", "journey_log($id,timestamp with time zone,text)", "mrr_log($id,numeric,date,date)", "purchase_log($id,numeric,date)",
				(map { ("answer_log($id,$_,integer)", "answer_log($id,$_,double precision)") } 'date', 'timestamp without time zone', 'timestamp with time zone'),
				map { "event_log($id,$_)" } 'date', 'timestamp without time zone', 'timestamp with time zone')
		} qw(smallint integer bigint uuid text)),
	'sparkline(double precision)' => 'each result is a text of the whole frame',
);

rule('no final function modifies the state', q{
SELECT name FROM member_aggregate
WHERE aggfinalmodify <> 'r' OR aggmfinalmodify <> 'r' ORDER BY 1});

# From 19 on PostgreSQL may aggregate rows that a join removes later, unless an
# aggregate of the query has a negative SSPACE.  Outcomes that are booleans cannot
# be wrong.
rule('an aggregate that can raise an error has SSPACE = -1', q{
SELECT name, 'sql/parts/rollup.sql.in says why' FROM member_aggregate
WHERE aggtransspace <> -1 ORDER BY 1},
	'rate_summary(boolean)' => 'counts', 'rate_agg(boolean)' => 'counts');

rule('every state of variable length has SSPACE', q{
SELECT name FROM member_aggregate JOIN pg_type t ON t.oid = aggtranstype
WHERE typlen < 0 AND aggtransspace = 0 ORDER BY 1});

rule('every aggregate name has one arity', q{
SELECT proname FROM member_aggregate
GROUP BY 1 HAVING count(DISTINCT pronargs) > 1 ORDER BY 1});

rule('every type has send and receive functions', q{
SELECT name FROM member_type
WHERE typtype = 'b' AND (typsend = 0 OR typreceive = 0) ORDER BY 1});

# The values that releases to come must tell from their own.
$node->safe_psql('postgres', q{
CREATE FUNCTION failure(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	code text;
	message text;
	detail text;
BEGIN
	EXECUTE query;
	RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(' ', code, message, detail);
END $$});

rule('no type reads a text without a version', q{
SELECT name FROM member_type, LATERAL failure(format('SELECT %L::%s', '{}', name)) AS f
WHERE typtype = 'b' AND f IS DISTINCT FROM format('22P02 invalid input syntax for type %s "version" is missing.', name) ORDER BY 1});

rule('every type says that a version is unknown, whatever else is in the text', q{
SELECT name FROM member_type, LATERAL failure(format('SELECT %L::%s', '{"a": 1, "version": 2}', name)) AS f
WHERE typtype = 'b' AND f IS DISTINCT FROM format('0A000 %s of unknown version 2 This cx_metrics reads version 1.', name) ORDER BY 1});

rule('every type of variable length has storage extended, alignment double', q{
SELECT name FROM member_type
WHERE typtype = 'b' AND typlen = -1 AND (typstorage <> 'x' OR typalign <> 'd')
ORDER BY 1});

for my $method (qw(hash btree))
{
	rule("every type has a default operator class for $method", qq{
SELECT name FROM member_type t
WHERE typtype = 'b' AND NOT EXISTS (SELECT 1 FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod
	WHERE amname = '$method' AND opcintype = t.oid AND opcdefault)
ORDER BY 1});
}

# Which operator is which is PostgreSQL's convention; integer has them all.
rule('every type has the six comparisons, and they are to each other as those of integer', q{
SELECT name FROM member_type t
WHERE typtype = 'b' AND (SELECT array_agg(ROW(o.oprname, n.oprname, c.oprname, o.oprrest, o.oprjoin, o.oprcanhash, o.oprcanmerge)::text ORDER BY o.oprname)
	FROM pg_operator o LEFT JOIN pg_operator n ON n.oid = o.oprnegate LEFT JOIN pg_operator c ON c.oid = o.oprcom
	WHERE o.oprleft = t.oid AND o.oprright = t.oid AND o.oprname IN ('=', '<>', '<', '<=', '>=', '>'))
IS DISTINCT FROM (SELECT array_agg(ROW(o.oprname, n.oprname, c.oprname, o.oprrest, o.oprjoin, o.oprcanhash, o.oprcanmerge)::text ORDER BY o.oprname)
	FROM pg_operator o LEFT JOIN pg_operator n ON n.oid = o.oprnegate LEFT JOIN pg_operator c ON c.oid = o.oprcom
	WHERE o.oprleft = 'integer'::regtype AND o.oprright = 'integer'::regtype AND o.oprname IN ('=', '<>', '<', '<=', '>=', '>'))
ORDER BY 1});

rule('every btree operator class says that equal values are equal in every byte', q{
SELECT name FROM member_type t JOIN pg_opclass c ON opcintype = t.oid JOIN pg_am a ON a.oid = c.opcmethod AND amname = 'btree'
WHERE NOT EXISTS (SELECT 1 FROM pg_amproc WHERE amprocfamily = opcfamily AND amprocnum = 4)
ORDER BY 1});

# PostgreSQL's own check that an operator class is complete.
rule('every operator class is valid', q{
SELECT amname || ' ' || opcname FROM pg_opclass c JOIN pg_am a ON a.oid = opcmethod JOIN member m ON m.classid = 'pg_opclass'::regclass AND m.objid = c.oid
WHERE NOT amvalidate(c.oid) ORDER BY 1});

# Two arguments of one type in one call are easily swapped unless they can be
# named.
rule('a function of more than one argument that is not for the executor names them', q{
SELECT name FROM member_proc p
WHERE prokind = 'f' AND pronargs > 1 AND proargnames IS NULL
AND NOT EXISTS (SELECT 1 FROM pg_aggregate a
	WHERE p.oid IN (aggtransfn, aggcombinefn, aggfinalfn, aggmtransfn, aggminvtransfn, aggmfinalfn))
AND NOT EXISTS (SELECT 1 FROM pg_operator WHERE oprcode = p.oid)
AND NOT EXISTS (SELECT 1 FROM pg_amproc WHERE amproc = p.oid)
AND NOT EXISTS (SELECT 1 FROM pg_type WHERE p.oid IN (typinput, typreceive))
ORDER BY 1});

$node->stop;
done_testing();
