-- title: A quarter's NPS by segment, from a kept summary and from a table of daily summaries
-- data: responses
-- repeat: 4
-- variant: one process | max_parallel_workers_per_gather = 0

-- setup
CREATE TABLE kept_source (LIKE responses);
INSERT INTO kept_source SELECT * FROM responses;
SELECT keep_summary('kept_daily', 'SELECT answered_on, segment, survey_summary(score) AS scores FROM kept_source GROUP BY 1, 2');
INSERT INTO kept_source SELECT * FROM responses LIMIT 1000;
DELETE FROM kept_source WHERE ctid IN (SELECT ctid FROM kept_source LIMIT 1000);
SELECT * FROM compact_summary('kept_daily');
CREATE TABLE table_daily AS
SELECT answered_on, segment, scores FROM kept_daily ORDER BY answered_on;
CREATE INDEX ON table_daily (answered_on);
VACUUM ANALYZE table_daily;
VACUUM ANALYZE kept_daily_deltas;
CREATE TABLE compacted_source (day date, segment text, score smallint);
SELECT keep_summary('compacted', 'SELECT day, segment, survey_summary(score) AS scores FROM compacted_source GROUP BY 1, 2');
CREATE FUNCTION compaction_ms() RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
	began timestamptz;
BEGIN
	FOR i IN 1 .. 100 LOOP
		INSERT INTO compacted_source
		SELECT date '2025-01-01' + g % 250, (ARRAY['a', 'b', 'c', 'd'])[1 + g / 250], g % 11 FROM generate_series(0, 999) AS g;
	END LOOP;
	began := clock_timestamp();
	PERFORM compact_summary('compacted');
	RETURN round(1000 * extract(epoch FROM clock_timestamp() - began));
END
$$;

-- ours: rollup(scores), kept
SELECT segment, nps(rollup(scores)) AS nps
FROM kept_daily
WHERE answered_on >= '2025-01-01' AND answered_on < '2025-04-01'
GROUP BY segment;

-- theirs table: of a table | at most 2 x
SELECT segment, nps(rollup(scores)) AS nps
FROM table_daily
WHERE answered_on >= '2025-01-01' AND answered_on < '2025-04-01'
GROUP BY segment;

-- figure: milliseconds to compact 100,000 deltas of 1,000 groups | none | SELECT compaction_ms()
