--
-- Satisfaction: NPS, CSAT, CES
--
\pset null '(null)'

-- A summary with these counts.
CREATE FUNCTION pg_temp.nps_summary(detractors bigint, passives bigint, promoters bigint)
RETURNS survey_summary LANGUAGE sql IMMUTABLE AS
$$ SELECT format('{"version": 1, "unanswered": 0, "scores": {"3": %s, "7": %s, "10": %s}}',
				 detractors, passives, promoters)::survey_summary $$;

--
-- Worked figures
--

-- reference: 9, 10, 6, 8 are 25; 0, 7, 7, 9, 9, 9 are 33.3333
SELECT nps_agg(score) FROM (VALUES (9), (10), (6), (8)) v(score);
SELECT nps_agg(score), round(nps_agg(score), 4) AS rounded
FROM (VALUES (0), (7), (7), (9), (9), (9)) v(score);

-- 45 % promoters and 15 % detractors are 30
SELECT nps_agg(CASE WHEN i <= 45 THEN 9 + i % 2 WHEN i <= 60 THEN i % 7 ELSE 7 + i % 2 END)
FROM generate_series(1, 100) i;

-- 8 of 10 thumbs up; 10 of 20 on 1-10; 10 of 20 on 1-5
SELECT rate_agg(i <= 8) AS thumbs FROM generate_series(1, 10) i;
SELECT csat(survey_summary(CASE WHEN i <= 10 THEN 9 + i % 2 ELSE i % 8 + 1 END),
			satisfied_from => 9, scale_max => 10) AS csat
FROM generate_series(1, 20) i;
SELECT csat_agg(score) AS agree, ces(survey_summary(score), 4, 5) AS agree_as_ces
FROM (SELECT CASE WHEN i <= 5 THEN 1 + i % 2 WHEN i <= 10 THEN 3 ELSE 4 + i % 2 END AS score
	  FROM generate_series(1, 20) i) s;

-- CES, counts of 1..7 = 80, 210, 140, 110, 160, 180, 120: 46.0 % agree, mean
-- 4.08, index (6, 7) - (1, 2, 3) = -13.0
CREATE TEMP TABLE effort AS
SELECT score FROM unnest(ARRAY[80, 210, 140, 110, 160, 180, 120])
	WITH ORDINALITY c(n, score), generate_series(1, n);
SELECT ces_agg(score), mean_score(survey_summary(score)),
	ces(survey_summary(score), agree_from => 6)
	- 100 * sum((score <= 3)::integer) / count(score)::numeric AS index
FROM effort;

-- 8/13/15: 19.44, -6.28..42.18; 54/108/162: 33.33
SELECT round(nps(s), 2) AS nps, round((nps_interval(s)).low, 2) AS low,
	round((nps_interval(s)).high, 2) AS high
FROM (VALUES (pg_temp.nps_summary(8, 13, 15)), (pg_temp.nps_summary(54, 108, 162)),
	(pg_temp.nps_summary(0, 0, 5))) v(s);

-- reference/nps_ci.csv; the reference does not clip to -100..100, we do
CREATE TEMP TABLE nps_ci (detractors int, passives int, promoters int,
	conf float8, nps numeric, wald_se numeric, wald_lo numeric, wald_hi numeric,
	adj_center numeric, adj_se numeric, adj_lo numeric, adj_hi numeric);
COPY nps_ci FROM stdin (DELIMITER ',', NULL '');
8,13,15,0.9,19.444444,12.921561,-1.809632,40.698521,17.948718,12.36195,-2.384881,38.282317
8,13,15,0.95,19.444444,12.921561,-5.881349,44.770238,17.948718,12.36195,-6.280259,42.177695
8,13,15,0.99,19.444444,12.921561,-13.839291,52.72818,17.948718,12.36195,-13.893556,49.790992
0,0,5,0.9,100.0,0.0,100.0,100.0,62.5,22.963966,24.727637,100.272363
0,0,5,0.95,100.0,0.0,100.0,100.0,62.5,22.963966,17.491453,107.508547
0,0,5,0.99,100.0,0.0,100.0,100.0,62.5,22.963966,3.348743,121.651257
5,0,0,0.9,-100.0,0.0,-100.0,-100.0,-62.5,22.963966,-100.272363,-24.727637
5,0,0,0.95,-100.0,0.0,-100.0,-100.0,-62.5,22.963966,-107.508547,-17.491453
5,0,0,0.99,-100.0,0.0,-100.0,-100.0,-62.5,22.963966,-121.651257,-3.348743
0,7,0,0.9,0.0,0.0,0.0,0.0,0.0,12.247449,-20.14526,20.14526
0,7,0,0.95,0.0,0.0,0.0,0.0,0.0,12.247449,-24.004558,24.004558
0,7,0,0.99,0.0,0.0,0.0,0.0,0.0,12.247449,-31.547337,31.547337
1,1,1,0.9,0.0,47.140452,-77.539144,77.539144,0.0,31.180478,-51.287323,51.287323
1,1,1,0.95,0.0,47.140452,-92.393588,92.393588,0.0,31.180478,-61.112614,61.112614
1,1,1,0.99,0.0,47.140452,-121.425758,121.425758,0.0,31.180478,-80.31559,80.31559
54,108,162,0.9,33.333333,4.140867,26.522214,40.144453,33.027523,4.123684,26.244667,39.810379
54,108,162,0.95,33.333333,4.140867,25.217384,41.449283,33.027523,4.123684,24.945251,41.109794
54,108,162,0.99,33.333333,4.140867,22.667168,43.999499,33.027523,4.123684,22.405618,43.649428
200,300,500,0.9,30.0,2.469818,25.937511,34.062489,29.910269,2.465999,25.854062,33.966476
200,300,500,0.95,30.0,2.469818,25.159246,34.840754,29.910269,2.465999,25.077,34.743538
200,300,500,0.99,30.0,2.469818,23.638171,36.361829,29.910269,2.465999,23.558277,36.262261
1,0,9,0.9,80.0,18.973666,48.791097,111.208903,61.538462,19.727317,29.089912,93.987011
1,0,9,0.95,80.0,18.973666,42.812298,117.187702,61.538462,19.727317,22.87363,100.203293
1,0,9,0.99,80.0,18.973666,31.127075,128.872925,61.538462,19.727317,10.72426,112.352663
20,30,50,0.9,30.0,7.81025,17.153282,42.846718,29.126214,7.69151,16.474805,41.777622
20,30,50,0.95,30.0,7.81025,14.692192,45.307808,29.126214,7.69151,14.05113,44.201297
20,30,50,0.99,30.0,7.81025,9.88213,50.11787,29.126214,7.69151,9.314196,48.938232
0,1,0,0.9,0.0,0.0,0.0,0.0,0.0,30.618622,-50.363151,50.363151
0,1,0,0.95,0.0,0.0,0.0,0.0,0.0,30.618622,-60.011396,60.011396
0,1,0,0.99,0.0,0.0,0.0,0.0,0.0,30.618622,-78.868343,78.868343
\.

-- mismatches: none
SELECT c.*, nps(s), i.*
FROM nps_ci c, pg_temp.nps_summary(detractors, passives, promoters) s,
	nps_interval(s, conf) i
WHERE round(nps(s), 6) IS DISTINCT FROM c.nps
	OR round(i.low, 6) IS DISTINCT FROM greatest(c.adj_lo, -100)
	OR round(i.high, 6) IS DISTINCT FROM least(c.adj_hi, 100);
SELECT count(*) AS compared FROM nps_ci;

-- rows, with scores spread over the categories, give the same intervals
SELECT c.detractors, c.passives, c.promoters, conf, nps
FROM nps_ci c
WHERE ((SELECT (round(nps_agg(score), 6),
				round((nps_interval(survey_summary(score), conf)).low, 6),
				round((nps_interval(survey_summary(score), conf)).high, 6))
		FROM (SELECT i % 7 FROM generate_series(1, detractors) i
			  UNION ALL SELECT 7 + i % 2 FROM generate_series(1, passives) i
			  UNION ALL SELECT 9 + i % 2 FROM generate_series(1, promoters) i) r(score))
	   IS DISTINCT FROM (c.nps, greatest(c.adj_lo, -100), least(c.adj_hi, 100)));

-- reference/nps_two_sample.csv: 1 is after, 0 before.  The change is the
-- difference of the scores as shown, so that of the rows "wald"; the rest is
-- that of the rows "adjusted_wald".
CREATE TEMP TABLE two_sample (d1 int, pas1 int, prom1 int, d0 int, pas0 int,
	prom0 int, method text, diff numeric, se numeric, z numeric,
	p_value numeric, ci_lo numeric, ci_hi numeric);
COPY two_sample FROM stdin (DELIMITER ',', NULL '');
8,13,15,12,15,9,wald,27.777778,18.085208,1.535939,0.124553,-7.668579,63.224135
8,13,15,12,15,9,adjusted_wald,25.641026,17.298254,1.48229,0.138263,-8.262929,59.54498
20,30,50,30,30,40,wald,20.0,11.401754,1.754116,0.079411,-2.347028,42.347028
20,30,50,30,30,40,adjusted_wald,19.417476,11.208916,1.732324,0.083216,-2.551596,41.386547
200,300,500,250,300,450,wald,10.0,3.563706,2.806068,0.005015,3.015265,16.984735
200,300,500,250,300,450,adjusted_wald,9.97009,3.557784,2.802331,0.005073,2.996961,16.943218
789,456,123,987,654,321,wald,-14.739256,2.439535,-6.04183,0.0,-19.520657,-9.957855
789,456,123,987,654,321,adjusted_wald,-14.684551,2.438352,-6.022326,0.0,-19.463633,-9.905469
1,0,9,5,0,5,wald,80.0,36.878178,2.169305,0.03006,7.7201,152.2799
1,0,9,5,0,5,adjusted_wald,61.538462,32.705358,1.881602,0.05989,-2.562862,125.639785
0,0,5,0,0,5,wald,0.0,0.0,,,,
0,0,5,0,0,5,adjusted_wald,0.0,32.475953,0.0,1.0,-63.651698,63.651698
\.

-- mismatches: none
SELECT a.*, c.*
FROM two_sample a JOIN two_sample w USING (d1, pas1, prom1, d0, pas0, prom0),
	nps_change(pg_temp.nps_summary(d0, pas0, prom0),
			   pg_temp.nps_summary(d1, pas1, prom1)) c
WHERE a.method = 'adjusted_wald' AND w.method = 'wald'
	AND (round(c.change, 6) IS DISTINCT FROM w.diff
		 OR round(c.low, 6) IS DISTINCT FROM a.ci_lo
		 OR round(c.high, 6) IS DISTINCT FROM a.ci_hi
		 OR round(c.p_value, 6) IS DISTINCT FROM a.p_value
		 OR c.direction IS DISTINCT FROM
			CASE WHEN a.p_value >= 0.05 THEN 0 ELSE sign(a.diff) END);
SELECT count(*) AS compared FROM two_sample WHERE method = 'adjusted_wald';

-- the change backwards is the same with other signs
SELECT a.*
FROM two_sample a,
	nps_change(pg_temp.nps_summary(d0, pas0, prom0), pg_temp.nps_summary(d1, pas1, prom1)) f,
	nps_change(pg_temp.nps_summary(d1, pas1, prom1), pg_temp.nps_summary(d0, pas0, prom0)) b
WHERE (f.change, f.low, f.high, f.p_value, f.direction)
	IS DISTINCT FROM (-b.change, -b.high, -b.low, b.p_value, -b.direction);

-- the direction depends on the confidence
SELECT confidence, c.direction, round(c.low, 4) AS low, round(c.high, 4) AS high,
	round(c.p_value, 6) AS p_value
FROM (VALUES (0.9), (0.95), (0.99), (0.999)) v(confidence),
	nps_change(pg_temp.nps_summary(250, 300, 450), pg_temp.nps_summary(200, 300, 500), confidence) c;

-- The adjusted score of one promoter is 25, that of many is close to 100: a
-- direction that contradicts the change shown would be worse than none.
SELECT c.change, c.direction
FROM (VALUES (pg_temp.nps_summary(500, 0, 999500)),
			 (pg_temp.nps_summary(0, 0, 1000000))) v(after),
	nps_change(pg_temp.nps_summary(0, 0, 1), after) c;

-- Few answers: the p value of an answer or five against 10,000 is a count of draws,
-- one passive of 35 in 100, C(10, 5) / C(1010, 5); without a direction the interval
-- contains 0, and always the change.
SELECT d1, pas1, prom1, c.change, c.direction, round(c.low, 4) AS low, round(c.high, 4) AS high, round(c.p_value, 14) AS p_value
FROM (VALUES (6500, 3500, 0, 0, 1, 0), (6500, 3500, 0, 0, 5, 0), (1000, 0, 0, 0, 0, 1), (1000, 0, 5, 0, 0, 5), (0, 0, 1, 0, 0, 1)) v(d0, pas0, prom0, d1, pas1, prom1),
	nps_change(pg_temp.nps_summary(d0, pas0, prom0), pg_temp.nps_summary(d1, pas1, prom1)) c;
SELECT 3501 / 10001.0 AS one_passive, (SELECT exp(sum(ln((11 - i)::float8 / (1011 - i)))) FROM generate_series(1, 5) i)::numeric(20, 14) AS five_promoters, 1 / 1001.0 AS one_promoter;
SELECT nps(s), i.* FROM (VALUES (pg_temp.nps_summary(0, 0, 1)), (pg_temp.nps_summary(2, 0, 0))) v(s), nps_interval(s) i;
-- of random samples: a direction is the sign of the change, and the interval on its side
SELECT count(*) AS compared, count(*) FILTER (WHERE direction <> 0) > 300 AS directions, count(*) FILTER (WHERE change NOT BETWEEN low AND high
	OR direction <> 0 AND (direction <> sign(change) OR low <= 0 AND high >= 0 OR p_value >= 0.05)
	OR direction = 0 AND NOT (low <= 0 AND high >= 0)) AS contradictions
FROM generate_series(1, 2000) i, nps_change(pg_temp.nps_summary(pick(i, 1, 40), pick(i, 2, 40), 1 + pick(i, 3, 400)), pg_temp.nps_summary(pick(i, 4, 12), pick(i, 5, 12), 1 + pick(i, 6, 12))) c;

--
-- Empty, all NULL, one row
--
CREATE TEMP TABLE matrix (kind text COLLATE "C", i integer, score integer);
INSERT INTO matrix VALUES ('all NULL', 1, NULL), ('all NULL', 2, NULL), ('one row', 1, 5),
	('one row and NULL', 1, 5), ('one row and NULL', 2, NULL);

SELECT kind, nps_agg(score) AS nps, csat_agg(score) AS csat, ces_agg(score) AS ces,
	survey_summary(score)
FROM matrix GROUP BY kind
UNION ALL
SELECT 'empty', nps_agg(score), csat_agg(score), ces_agg(score), survey_summary(score)
FROM matrix WHERE false
UNION ALL
SELECT 'filtered', nps_agg(score) FILTER (WHERE score > 5),
	csat_agg(score) FILTER (WHERE score > 5),
	ces_agg(score) FILTER (WHERE score > 5),
	survey_summary(score) FILTER (WHERE score > 5)
FROM matrix
ORDER BY 1;

-- for smallint and double precision too
SELECT kind, nps_agg(score::smallint), csat_agg(score::smallint), ces_agg(score::smallint),
	survey_summary(score::smallint) = survey_summary(score) AS summary,
	nps_agg(score::float8), csat_agg(score::float8), ces_agg(score::float8),
	survey_summary(score::float8) = survey_summary(score) AS summary
FROM matrix GROUP BY kind ORDER BY kind;

-- rollup: of none, of NULLs, of one, of an empty one, of NULL and one
CREATE TEMP TABLE summaries (kind text COLLATE "C", s survey_summary);
INSERT INTO summaries VALUES ('NULL', NULL), ('NULL', NULL), ('one', pg_temp.nps_summary(1, 2, 3)),
	('empty', '{"version": 1}'), ('NULL and one', NULL), ('NULL and one', pg_temp.nps_summary(1, 2, 3)),
	('one and NULL', pg_temp.nps_summary(1, 2, 3)), ('one and NULL', NULL),
	('two', pg_temp.nps_summary(1, 2, 3)), ('two', pg_temp.nps_summary(10, 20, 30));
SELECT kind, rollup(s) FROM summaries GROUP BY kind
UNION ALL SELECT 'none', rollup(s) FROM summaries WHERE false
ORDER BY 1;

-- every accessor of an empty summary, of one without answers, and of NULL
SELECT kind, nps(s), csat(s), ces(s), mean_score(s), responses(s), unanswered(s),
	promoters(s), passives(s), detractors(s), satisfied(s), nps_interval(s),
	nps_change(s, pg_temp.nps_summary(1, 2, 3)) AS change_from,
	nps_change(pg_temp.nps_summary(1, 2, 3), s) AS change_to,
	nps_text(s)
FROM (VALUES (1, 'empty', '{"version": 1}'::survey_summary), (2, 'unanswered', '{"version": 1, "unanswered": 3}'),
	(3, 'NULL', NULL)) v(i, kind, s) ORDER BY i
\gx
SELECT * FROM score_counts('{"version": 1, "unanswered": 3}');
SELECT * FROM score_counts(NULL);

-- NULL options
SELECT csat(survey_summary '{"version": 1}', NULL, 5), csat(survey_summary '{"version": 1}', 4, NULL), ces(survey_summary '{"version": 1}', NULL, 7), ces(survey_summary '{"version": 1}', 5, NULL),
	satisfied('{"version": 1}', NULL, 5), nps_interval(survey_summary '{"version": 1}', NULL), nps_change('{"version": 1}', '{"version": 1}', NULL),
	nps_text('{"version": 1}', NULL), nps_category(NULL::integer), nps_category(NULL::smallint),
	nps_category(NULL::float8);

--
-- Accessors
--
CREATE TEMP TABLE tens AS SELECT survey_summary(score) AS s
FROM (SELECT i % 11 FROM generate_series(1, 300) i UNION ALL
	  SELECT NULL FROM generate_series(1, 7)) t(score);
SELECT s FROM tens;
SELECT nps(s), mean_score(s), responses(s), unanswered(s), promoters(s), passives(s),
	detractors(s), csat(s, 9, 10) AS csat, ces(s, 8, 10) AS ces, satisfied(s, 9, 10)
FROM tens
\gx
SELECT c.* FROM tens, score_counts(s) c;
SELECT sum(c.responses) = responses(s) AS all_counted, round(sum(c.share), 10) AS shares
FROM tens, score_counts(s) c GROUP BY s;
-- in the select list too
SELECT (score_counts(s)).* FROM tens LIMIT 2;

-- satisfied() leads to the Wilson interval of a CSAT
SELECT satisfied(s), round(rate(satisfied(s)), 6) = round(csat(s), 6) AS same,
	round((rate_interval(satisfied(s))).low, 4) AS low,
	round((rate_interval(satisfied(s))).high, 4) AS high
FROM (SELECT survey_summary(CASE WHEN i <= 81 THEN 4 + i % 2 WHEN i <= 263 THEN 1 + i % 3 END) AS s
	  FROM generate_series(1, 270) i) t;

-- agreed() leads to the interval of a CES, which has another cut: 5 of 7
SELECT agreed(s), rate(agreed(s)) = ces(s) AS same, rate_text(agreed(s)) = rate_text(satisfied(s, 5, 7)) AS same_text, agreed(s, 6), agreed(s, 9, 10), rate(satisfied(s)) AS csat
FROM (SELECT survey_summary(score) AS s FROM (VALUES (5), (4), (4), (3), (5), (NULL)) v(score)) v;
SELECT failure($$SELECT agreed('{"version": 1, "scores": {"8": 1}}')$$);
SELECT failure($$SELECT agreed('{"version": 1}', 8, 7)$$);

-- the ends of the scales
SELECT csat_agg(1) AS worst, csat_agg(5) AS best, ces_agg(1) AS worst, ces_agg(7) AS best,
	nps_agg(0) AS worst, nps_agg(10) AS best;
SELECT csat(s, 1, 10) AS all_satisfied, csat(s, 10, 10) AS tens_only, csat(survey_summary '{"version": 1, "scores": {"2": 1}}', 2, 2) AS two_points
FROM tens;

-- categories
SELECT score, nps_category(score), nps_category(score::smallint) AS int2,
	nps_category(score::float8) AS float8,
	CASE nps_category(score)
		WHEN 'promoter' THEN promoters(survey_summary(score))
		WHEN 'passive' THEN passives(survey_summary(score))
		ELSE detractors(survey_summary(score)) END AS counted_as
FROM generate_series(0, 10) score GROUP BY score ORDER BY score;

-- text
SELECT d, p, r, ascii_of(nps_text(s)) AS text, ascii_of(nps_text(s, 0.8)) AS at_80
FROM (VALUES (20, 60, 134), (0, 0, 5), (5, 0, 0), (0, 7, 0), (501, 0, 499), (499, 0, 501),
	(201, 0, 199), (199, 0, 201), (1, 98, 0), (0, 98, 1), (1, 0, 0), (0, 0, 1),
	(1000000, 0, 3000000)) v(d, p, r), pg_temp.nps_summary(d, p, r) s;
SELECT ascii_of(nps_text('{"version": 1}'));

-- Extreme confidences give finite intervals that hold the score, to which they are
-- extended: the adjusted one is 99.9997.
SELECT confidence, round(low, 6) AS low, round(high, 6) AS high, low <= high AS ordered
FROM (VALUES (1, '1e-300'), (2, '1e-16'), (3, '0.5'), (4, '0.999999999999'), (5, '0.99999999999999989')) v(i, confidence),
	nps_interval(pg_temp.nps_summary(0, 0, 1000000), confidence::float8) ORDER BY i;

-- the largest counts
SELECT nps(s), csat(s, 9, 10) AS csat, mean_score(s), responses(s),
	ascii_of(nps_text(s)) AS text, (nps_interval(s)).low = (nps_interval(s)).high AS point
FROM (VALUES ('{"version": 1, "scores": {"0": 1000000000000000, "1": 1000000000000000, "2": 1000000000000000,
	"3": 1000000000000000, "4": 1000000000000000, "5": 1000000000000000, "6": 1000000000000000,
	"7": 1000000000000000, "8": 1000000000000000, "9": 1000000000000000,
	"10": 1000000000000000}}'::survey_summary)) v(s);
-- p is 0, not something below it
SELECT change, low, high, p_value = 0 AS p_is_zero, direction
FROM nps_change('{"version": 1, "scores": {"0": 1000000000000000}}', '{"version": 1, "scores": {"10": 1000000000000000}}');

--
-- Types of argument
--
CREATE TEMP TABLE scores AS
SELECT i, date '2025-01-01' + pick(i, 1, 400) AS day,
	pick(i, 2, 4) AS channel,
	CASE WHEN pick(i, 3, 10) > 0 THEN pick(i, 4, 11) END AS score,
	CASE WHEN pick(i, 5, 10) > 0 THEN 1 + pick(i, 6, 5) END AS stars,
	CASE WHEN pick(i, 7, 10) > 0 THEN 1 + pick(i, 8, 7) END AS effort
FROM generate_series(1, 700) i;
ANALYZE scores;

SELECT count(DISTINCT x) AS results, count(*) AS types FROM (
	SELECT (nps_agg(score::smallint), csat_agg(stars::smallint), ces_agg(effort::smallint), survey_summary_send(survey_summary(score::smallint)))::text FROM scores
	UNION ALL
	SELECT (nps_agg(score), csat_agg(stars), ces_agg(effort), survey_summary_send(survey_summary(score)))::text FROM scores
	UNION ALL
	SELECT (nps_agg(score::bigint), csat_agg(stars::bigint), ces_agg(effort::bigint), survey_summary_send(survey_summary(score::bigint)))::text FROM scores
	UNION ALL
	SELECT (nps_agg(score::numeric), csat_agg(stars::numeric), ces_agg(effort::numeric), survey_summary_send(survey_summary(score::numeric)))::text FROM scores
	UNION ALL
	SELECT (nps_agg(score::real), csat_agg(stars::real), ces_agg(effort::real), survey_summary_send(survey_summary(score::real)))::text FROM scores
	UNION ALL
	SELECT (nps_agg(score::float8), csat_agg(stars::float8), ces_agg(effort::float8), survey_summary_send(survey_summary(score::float8)))::text FROM scores
) t(x);
SELECT nps_category(9::bigint), nps_category(8::numeric), nps_category(6::real), nps_category(9.0);
-- minus zero is zero
SELECT survey_summary('-0'::float8), nps_category('-0'::float8);
-- not a number at all
SELECT query, e.code, e.message FROM (VALUES (1, 'SELECT nps_agg(''nine''::text)'),
	(2, 'SELECT nps_agg(true)'), (3, 'SELECT nps_agg(9, 10)')) v(i, query),
	LATERAL error_of(query) e ORDER BY i;

--
-- Differential: the long way
--
SELECT count(*) AS compared,
	count(*) FILTER (WHERE nps IS DISTINCT FROM
		trim_scale(100 * (promoters - detractors)::numeric / nullif(answered, 0))) AS nps,
	count(*) FILTER (WHERE csat IS DISTINCT FROM
		trim_scale(100 * satisfied::numeric / nullif(starred, 0))) AS csat,
	count(*) FILTER (WHERE ces IS DISTINCT FROM
		trim_scale(100 * easy::numeric / nullif(rated, 0))) AS ces,
	count(*) FILTER (WHERE mean_score(s) IS DISTINCT FROM trim_scale(mean)) AS mean,
	count(*) FILTER (WHERE (responses(s), unanswered(s), promoters(s), passives(s), detractors(s))
		IS DISTINCT FROM (answered, n - answered, promoters, answered - promoters - detractors, detractors)) AS counts,
	count(*) FILTER (WHERE nps IS DISTINCT FROM nps(s)) AS accessor
FROM (
	SELECT day, channel, nps_agg(score) AS nps, csat_agg(stars) AS csat,
		ces_agg(effort) AS ces, survey_summary(score) AS s,
		count(*) FILTER (WHERE score IN (9, 10)) AS promoters,
		count(*) FILTER (WHERE score < 7) AS detractors,
		count(score) AS answered, avg(score) AS mean, count(*) AS n,
		count(*) FILTER (WHERE stars IN (4, 5)) AS satisfied, count(stars) AS starred,
		count(*) FILTER (WHERE effort IN (5, 6, 7)) AS easy, count(effort) AS rated
	FROM scores GROUP BY GROUPING SETS ((day, channel), (channel), (day), ())
) t;

-- the distribution
SELECT c.score, c.responses, r.n
FROM (SELECT survey_summary(score) AS s FROM scores) t, score_counts(s) c
	LEFT JOIN (SELECT score, count(*) AS n FROM scores GROUP BY score) r ON r.score = c.score
WHERE c.responses IS DISTINCT FROM coalesce(r.n, 0);

-- DISTINCT and ORDER BY in the call
SELECT survey_summary(DISTINCT score), survey_summary(score ORDER BY i DESC) = survey_summary(score) AS same FROM scores;

--
-- Rolling up is the same as counting the rows
--
CREATE TEMP TABLE daily AS
SELECT day, channel, survey_summary(score) AS s, survey_summary(stars) AS stars,
	survey_summary(effort) AS effort
FROM scores GROUP BY day, channel;
SELECT count(*) AS compared,
	count(*) FILTER (WHERE survey_summary_send(a.s) <> survey_summary_send(b.s)
		OR a.s <> b.s OR NOT a.s = b.s OR nps(a.s) <> b.nps
		OR csat(a.stars) <> b.csat OR ces(a.effort) <> b.ces) AS different
FROM (SELECT date_trunc('month', day) AS month, channel, rollup(s) AS s,
		rollup(stars) AS stars, rollup(effort) AS effort
	  FROM daily GROUP BY GROUPING SETS ((1, 2), (1), (2), ())) a
JOIN (SELECT date_trunc('month', day) AS month, channel, survey_summary(score) AS s,
		nps_agg(score) AS nps, csat_agg(stars) AS csat, ces_agg(effort) AS ces
	  FROM scores GROUP BY GROUPING SETS ((1, 2), (1), (2), ())) b
	ON (a.month, a.channel) IS NOT DISTINCT FROM (b.month, b.channel);

--
-- Moving windows: what the inverse transition leaves is what a fresh count
-- gives
--
SELECT count(*) AS compared,
	count(*) FILTER (WHERE nps IS DISTINCT FROM (SELECT nps_agg(b.score) FROM scores b WHERE b.day BETWEEN a.day - 89 AND a.day)) AS nps,
	count(*) FILTER (WHERE csat IS DISTINCT FROM (SELECT csat_agg(b.stars) FROM scores b WHERE b.day BETWEEN a.day - 89 AND a.day)) AS csat,
	count(*) FILTER (WHERE ces IS DISTINCT FROM (SELECT ces_agg(b.effort) FROM scores b WHERE b.day BETWEEN a.day - 89 AND a.day)) AS ces,
	count(*) FILTER (WHERE survey_summary_send(s) IS DISTINCT FROM (SELECT survey_summary_send(survey_summary(b.score)) FROM scores b WHERE b.day BETWEEN a.day - 89 AND a.day)) AS summary
FROM (SELECT day, nps_agg(score) OVER w AS nps, csat_agg(stars) OVER w AS csat,
		ces_agg(effort) OVER w AS ces, survey_summary(score) OVER w AS s
	  FROM scores
	  WINDOW w AS (ORDER BY day RANGE BETWEEN '89 days' PRECEDING AND CURRENT ROW)) a;

-- the other types of argument, frames with a gap and empty frames, FILTER
SELECT count(*) AS compared, count(nps2) AS filled,
	count(*) FILTER (WHERE nps2 IS DISTINCT FROM again OR nps8 IS DISTINCT FROM again) AS nps,
	count(*) FILTER (WHERE csat2 IS DISTINCT FROM csat_again OR csat8 IS DISTINCT FROM csat_again) AS csat,
	count(*) FILTER (WHERE ces2 IS DISTINCT FROM ces_again OR ces8 IS DISTINCT FROM ces_again) AS ces,
	count(*) FILTER (WHERE (s2 = again_s AND s8 = again_s) IS NOT TRUE AND again_s IS NOT NULL
		OR num_nulls(s2, s8, again_s) NOT IN (0, 3)) AS summary
FROM (SELECT channel, row, nps_agg(score::smallint) FILTER (WHERE i % 3 > 0) OVER w AS nps2,
		nps_agg(score::float8) FILTER (WHERE i % 3 > 0) OVER w AS nps8,
		csat_agg(stars::smallint) FILTER (WHERE i % 3 > 0) OVER w AS csat2,
		csat_agg(stars::float8) FILTER (WHERE i % 3 > 0) OVER w AS csat8,
		ces_agg(effort::smallint) FILTER (WHERE i % 3 > 0) OVER w AS ces2,
		ces_agg(effort::float8) FILTER (WHERE i % 3 > 0) OVER w AS ces8,
		survey_summary(score::smallint) FILTER (WHERE i % 3 > 0) OVER w AS s2,
		survey_summary(score::float8) FILTER (WHERE i % 3 > 0) OVER w AS s8
	  FROM (SELECT *, row_number() OVER (PARTITION BY channel ORDER BY day, i) AS row FROM scores) n
	  WINDOW w AS (PARTITION BY channel ORDER BY row ROWS BETWEEN 9 PRECEDING AND 3 PRECEDING)) a
LEFT JOIN LATERAL (
	SELECT nps_agg(score) AS again, csat_agg(stars) AS csat_again, ces_agg(effort) AS ces_again,
		survey_summary(score) AS again_s
	FROM (SELECT *, row_number() OVER (PARTITION BY channel ORDER BY day, i) AS row FROM scores) b
	WHERE b.channel = a.channel AND b.row BETWEEN a.row - 9 AND a.row - 3 AND i % 3 > 0) b ON true;

-- rollup over a moving window, with NULLs at the start and inside: a week
-- without summaries is NULL
CREATE TEMP TABLE gappy AS
SELECT i, CASE WHEN i > 12 AND pick(i, 9, 3) > 0 THEN
	(SELECT survey_summary(score) FROM scores s WHERE s.i % 100 = g.i) END AS s
FROM generate_series(1, 100) g(i);
SELECT count(*) AS compared, count(*) FILTER (WHERE moving IS NULL) AS nulls,
	count(*) FILTER (WHERE survey_summary_send(moving) IS DISTINCT FROM
		(SELECT survey_summary_send(rollup(b.s)) FROM gappy b WHERE b.i BETWEEN a.i - 6 AND a.i)) AS different
FROM (SELECT i, rollup(s) OVER (ORDER BY i ROWS 6 PRECEDING) AS moving FROM gappy) a;
SELECT count(*) AS compared, count(*) FILTER (WHERE moving IS NULL) AS nulls,
	count(*) FILTER (WHERE survey_summary_send(moving) IS DISTINCT FROM
		(SELECT survey_summary_send(rollup(b.s)) FROM gappy b WHERE b.i BETWEEN a.i - 4 AND a.i - 2 AND b.i % 2 = 0)) AS different
FROM (SELECT i, rollup(s) FILTER (WHERE i % 2 = 0) OVER (ORDER BY i ROWS BETWEEN 4 PRECEDING AND 2 PRECEDING) AS moving FROM gappy) a;
-- all NULL
SELECT i, rollup(NULL::survey_summary) OVER (ORDER BY i ROWS 1 PRECEDING) FROM generate_series(1, 3) i;

-- other frames
SELECT count(*) AS compared, count(*) FILTER (WHERE running IS DISTINCT FROM running_again
	OR others IS DISTINCT FROM others_again OR volatile_ IS DISTINCT FROM moving) AS different
FROM (SELECT i, nps_agg(score) OVER (ORDER BY i) AS running,
		nps_agg(score) OVER (ORDER BY i ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING EXCLUDE CURRENT ROW) AS others,
		nps_agg(score) OVER w AS moving,
		nps_agg(score) FILTER (WHERE clock_timestamp() IS NOT NULL) OVER w AS volatile_,
		(SELECT nps_agg(b.score) FROM scores b WHERE b.i <= a.i) AS running_again,
		(SELECT nps_agg(b.score) FROM scores b WHERE b.i BETWEEN a.i - 3 AND a.i + 3 AND b.i <> a.i) AS others_again
	  FROM scores a WHERE i <= 300
	  WINDOW w AS (ORDER BY day GROUPS BETWEEN 5 PRECEDING AND 1 FOLLOWING)) t
WHERE i <= 200;

-- The inverse transition is what runs: a moving window evaluates its argument
-- twice a row (in, out), a recomputed one as often as its frame is long.  And
-- aggregates of one family share their transition: the argument of four of
-- them is evaluated once a row.
CREATE TEMP SEQUENCE calls;
CREATE FUNCTION pg_temp.counted(anyelement) RETURNS anyelement
LANGUAGE plpgsql IMMUTABLE AS
$$ BEGIN PERFORM nextval('calls'); RETURN $1; END $$;
CREATE FUNCTION pg_temp.evaluations(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	before bigint := nextval('calls');
BEGIN
	EXECUTE 'SELECT count(q) FROM (' || query || ' OFFSET 0) q';
	RETURN nextval('calls') - before - 1;
END
$$;
SELECT call, pg_temp.evaluations('SELECT ' || call || ' OVER (ORDER BY i ROWS 49 PRECEDING)
	FROM (SELECT i, score, stars, effort, survey_summary(score) OVER (PARTITION BY i) AS s FROM scores) t') AS evaluations
FROM (VALUES ('count(pg_temp.counted(score))'),
	('nps_agg(pg_temp.counted(score))'), ('nps_agg(pg_temp.counted(score::smallint))'), ('nps_agg(pg_temp.counted(score::float8))'),
	('csat_agg(pg_temp.counted(stars))'), ('csat_agg(pg_temp.counted(stars::smallint))'), ('csat_agg(pg_temp.counted(stars::float8))'),
	('ces_agg(pg_temp.counted(effort))'), ('ces_agg(pg_temp.counted(effort::smallint))'), ('ces_agg(pg_temp.counted(effort::float8))'),
	('survey_summary(pg_temp.counted(score))'), ('survey_summary(pg_temp.counted(score::smallint))'), ('survey_summary(pg_temp.counted(score::float8))'),
	('rollup(pg_temp.counted(s))')) v(call);
-- the counter sees a recomputed window
SELECT pg_temp.evaluations('SELECT nps_agg(pg_temp.counted(score)) FILTER (WHERE clock_timestamp() IS NOT NULL)
	OVER (ORDER BY i ROWS 49 PRECEDING) FROM scores') AS evaluations;
SELECT type, pg_temp.evaluations(format('SELECT nps_agg(pg_temp.counted(stars::%1$s)), csat_agg(pg_temp.counted(stars::%1$s)),
		ces_agg(pg_temp.counted(stars::%1$s)), survey_summary(pg_temp.counted(stars::%1$s)) FROM scores', type)) AS shared
FROM (VALUES ('smallint'), ('integer'), ('float8')) v(type);

--
-- Text and binary form
--
SELECT DISTINCT s = s::text::survey_summary AS same,
	survey_summary_send(s) = survey_summary_send(s::text::survey_summary) AS same_bytes
FROM (SELECT s FROM daily UNION ALL SELECT stars FROM daily UNION ALL SELECT s FROM tens
	  UNION ALL SELECT '{"version": 1}') t(s);
-- as a person would write it
SELECT text, text::survey_summary
FROM (VALUES (1, '{"version": 1}'), (2, ' { "scores" : { "10" : 3 , "0" : 1 } , "version" : 1 } '),
	(3, '{"version": 1, "unanswered": 1e2}'), (4, '{"version": 1, "unanswered": 5.00}'), (5, '{"version": 1, "scores": {}}'),
	(6, '{"version": 1, "scores": {"5": 0}}'), (7, '{"version": 1, "unanswered": 1000000000000000}'),
	(8, '{"version": 1, "scores": {"\u0039": 4}}')) v(i, text) ORDER BY i;
SELECT survey_summary_send('{"version": 1, "unanswered": 2, "scores": {"0": 1, "10": 258}}');

-- A summary is small, and a table stores it packed.
CREATE TEMP TABLE sizes AS SELECT s, 1::smallint AS unaligned FROM daily;
SELECT DISTINCT pg_column_size(s) AS stored, pg_column_size(s) <= 128 AS within_128 FROM sizes;
-- Counts up to 65535 take two bytes each, larger ones eight.  Which it is depends on the counts alone, whatever way
-- they came about: counted, rolled up, read, and left by what went out of a moving window.
CREATE TEMP TABLE forms AS SELECT n, (SELECT survey_summary(9) FROM generate_series(1, n)) AS s FROM (VALUES (1), (65534), (65535), (65536), (65537), (131071)) v(n);
SELECT n, pg_column_size(s::text::survey_summary) AS bytes, s, promoters(s), nps(s), s = s::text::survey_summary AS same FROM forms ORDER BY n;
SELECT a.n, b.n, pg_column_size(rollup(s)) AS bytes, rollup(s), rollup(s) = rollup(s)::text::survey_summary AS same
FROM (VALUES (65534, 1), (65535, 1), (1, 65535), (65536, 1), (65535, 65535), (131071, 65536)) v(x, y), LATERAL (SELECT x AS n) a, LATERAL (SELECT y AS n) b,
	LATERAL (SELECT s FROM forms WHERE n = x UNION ALL SELECT s FROM forms WHERE n = y) f GROUP BY a.n, b.n ORDER BY 1, 2;
-- a window of 65537 rows that empties row by row: through both forms and back, every one of its results as if counted anew
SELECT count(*), bool_and(s = format('{"version": 1, "scores": {"10": %s}}', c)::survey_summary) AS same, min(pg_column_size(s)), max(pg_column_size(s))
FROM (SELECT survey_summary(10) OVER w AS s, count(*) OVER w AS c FROM generate_series(1, 65600) i WINDOW w AS (ORDER BY i ROWS BETWEEN CURRENT ROW AND 65536 FOLLOWING)) v;
-- a window of summaries: a large one comes in, and leaves again
SELECT i, r, pg_column_size(r) AS bytes, r = r::text::survey_summary AS same
FROM (SELECT i, rollup(s) OVER (ORDER BY i ROWS 1 PRECEDING) AS r
	FROM (SELECT 1, s FROM forms WHERE n = 1 UNION ALL SELECT 2, s FROM forms WHERE n = 65536 UNION ALL SELECT 3, s FROM forms WHERE n = 1
		UNION ALL SELECT 4, s FROM forms WHERE n = 65535 UNION ALL SELECT 5, s FROM forms WHERE n = 1) f(i, s)) v ORDER BY i;
-- taken out by hand: what is not in it, and what makes it small
SELECT survey_uncombine(s, '{"version": 1, "scores": {"9": 65536}}'), pg_column_size(survey_uncombine(s, '{"version": 1, "scores": {"9": 65536}}')) AS bytes,
	pg_column_size(survey_remove(s, 9)) AS one_less, survey_remove(survey_accum(s, 9), 9) = s AS same FROM forms WHERE n = 65536;
SELECT pg_column_size(survey_accum(s, 9)) AS one_more, survey_accum(s, 3), survey_accum(NULL, 3), pg_column_size(survey_accum(NULL, 3)) FROM forms WHERE n = 65535;
SELECT DISTINCT nps(s) IS NOT DISTINCT FROM nps(s::text::survey_summary) AS readable FROM sizes;

-- an array large enough to be toasted, compressed or not
CREATE TEMP TABLE toasted (storage text, a survey_summary[]);
INSERT INTO toasted SELECT 'extended', array_agg(s ORDER BY day, channel) FROM daily;
ALTER TABLE toasted ALTER a SET STORAGE external;
INSERT INTO toasted SELECT 'external', array_agg(s ORDER BY day, channel) FROM daily;
SELECT storage, cardinality(a), octet_length(array_send(a)) > 30000 AS large,
	(SELECT rollup(s) FROM unnest(a) s) = (SELECT survey_summary(score) FROM scores) AS same,
	a = a::text::survey_summary[] AS same_text
FROM toasted ORDER BY storage COLLATE "C";
-- a summary in a row that is stored out of line
CREATE TEMP TABLE wide (s survey_summary, filler text);
ALTER TABLE wide ALTER s SET STORAGE external;
INSERT INTO wide SELECT s, repeat('x', 100) FROM daily;
SELECT rollup(s) = (SELECT survey_summary(score) FROM scores) AS same FROM wide;

-- COPY, text and binary
\getenv outdir PG_ABS_BUILDDIR
\if :{?outdir}
\cd :outdir
\endif
CREATE TEMP TABLE copied (LIKE daily);
\copy daily TO 'results/survey.copy'
\copy copied FROM 'results/survey.copy'
\copy daily TO 'results/survey.copy' (FORMAT csv)
\copy copied FROM 'results/survey.copy' (FORMAT csv)
\copy daily TO 'results/survey.copy' (FORMAT binary)
\copy copied FROM 'results/survey.copy' (FORMAT binary)
SELECT count(*) AS groups, sum(n) = 3 * (SELECT count(*) FROM daily) AS all_there, min(n) >= 3 AS each_three_times
FROM (SELECT day, channel, s, stars, effort, count(*) AS n FROM copied GROUP BY 1, 2, 3, 4, 5) g;
CREATE TEMP TABLE toasted_copy (LIKE toasted);
\copy toasted TO 'results/survey.copy' (FORMAT binary)
\copy toasted_copy FROM 'results/survey.copy' (FORMAT binary)
SELECT count(*) FROM toasted a JOIN toasted_copy b USING (storage)
WHERE array_send(a.a) = array_send(b.a);

--
-- Equality and hashing
--
SELECT a = b AS eq, a <> b AS ne, survey_summary_hash(a) = survey_summary_hash(b) AS hash,
	survey_summary_hash_extended(a, 7) = survey_summary_hash_extended(b, 7) AS hash_extended
FROM (VALUES (1, '{"version": 1}'::survey_summary, '{"version": 1, "scores": {}}'::survey_summary),
	(2, '{"version": 1}', '{"version": 1, "unanswered": 1}'), (3, '{"version": 1, "scores": {"1": 1}}', '{"version": 1, "scores": {"2": 1}}'),
	(4, '{"version": 1, "scores": {"10": 1}}', '{"version": 1, "scores": {"10": 2}}'),
	(5, '{"version": 1, "scores": {"10": 1}}', '{"version": 1, "scores": {"10": 1}}'), (6, NULL, '{"version": 1}')) v(i, a, b) ORDER BY i;
-- a hash index or partition needs both hashes to agree
SELECT count(*) FROM daily
WHERE survey_summary_hash(s) <> (survey_summary_hash_extended(s, 0) << 32 >> 32)::integer;
-- different summaries rarely hash alike
SELECT count(DISTINCT survey_summary_hash(s)) >= 0.99 * count(DISTINCT s::text) AS spread FROM daily;

SELECT count(*), count(*) = (SELECT count(DISTINCT s::text) FROM daily) AS same
FROM (SELECT DISTINCT s FROM daily) t;
SELECT count(*), count(*) = (SELECT count(DISTINCT s::text) FROM daily) AS same
FROM (SELECT s FROM daily UNION SELECT s FROM daily) t;
SELECT count(*) FROM (SELECT s FROM daily EXCEPT SELECT s FROM daily) t;
SELECT count(*) = (SELECT count(DISTINCT s::text) FROM daily) AS same
FROM (SELECT s FROM daily INTERSECT SELECT s FROM daily) t;
SELECT bool_and(n = m) AS same
FROM (SELECT s::text AS text, count(*) AS n FROM daily GROUP BY s) a
	FULL JOIN (SELECT s::text AS text, count(*) AS m FROM daily GROUP BY s::text) b USING (text);
SET enable_nestloop = off;
SELECT count(*) = (SELECT count(*) FROM daily a JOIN daily b ON a.s::text = b.s::text) AS hash_join
FROM daily a JOIN daily b ON a.s = b.s;
RESET enable_nestloop;
SELECT count(*) = (SELECT count(*) FROM daily) AS found FROM daily WHERE s IN (SELECT s FROM daily);
-- hash partitions
CREATE TEMP TABLE parted (s survey_summary) PARTITION BY HASH (s);
CREATE TEMP TABLE parted0 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TEMP TABLE parted1 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO parted SELECT s FROM daily;
SELECT (SELECT count(*) FROM parted0) > 0 AND (SELECT count(*) FROM parted1) > 0 AS both,
	count(*) = (SELECT count(*) FROM daily) AS complete FROM parted;
-- a hash index
CREATE INDEX ON sizes USING hash (s);
SET enable_seqscan = off;
SELECT count(*) > 0 AS found FROM sizes WHERE s = (SELECT s FROM daily ORDER BY day, channel LIMIT 1);
RESET enable_seqscan;

--
-- Order: by bytes, as PostgreSQL's own *< orders them in a row; which of two comes
-- first depends on the machine's byte order, so none is shown
--
SELECT a < b AS lt, a <= b AS le, a = b AS eq, a >= b AS ge, a > b AS gt, survey_summary_cmp(a, b) AS cmp,
	a < c OR c < a AS differs, (a < c) = (c > a) AS commutes, survey_summary_cmp(a, c) + survey_summary_cmp(c, a) AS antisymmetric
FROM (VALUES (1, '{"version": 1, "scores": {"9": 1}}'::survey_summary, '{"version": 1, "scores": {"9": 1}}'::survey_summary, '{"version": 1, "scores": {"9": 2}}'::survey_summary),
	(2, '{"version": 1, "scores": {"9": 100000}}', '{"version": 1, "scores": {"9": 100000}}', '{"version": 1, "scores": {"9": 1}}'),
	(3, '{"version": 1}', NULL, NULL)) v(i, a, b, c) ORDER BY i;
CREATE TEMP TABLE orders AS SELECT s FROM daily WHERE channel = 1 UNION ALL SELECT s FROM forms;
SELECT count(*) > 1000 AS many, bool_and((a.s < b.s) = (ROW(a.s)::record *< ROW(b.s)::record)) AS lt, bool_and((a.s <= b.s) = (ROW(a.s)::record *<= ROW(b.s)::record)) AS le,
	bool_and((a.s >= b.s) = (ROW(a.s)::record *>= ROW(b.s)::record)) AS ge, bool_and((a.s > b.s) = (ROW(a.s)::record *> ROW(b.s)::record)) AS gt,
	bool_and(survey_summary_cmp(a.s, b.s) = btrecordimagecmp(ROW(a.s), ROW(b.s))) AS cmp
FROM orders a, orders b;
SELECT bool_and(before <= s AND ROW(before)::record *<= ROW(s)::record) FILTER (WHERE before IS NOT NULL) AS sorted, count(*) AS n FROM (SELECT s, lag(s) OVER (ORDER BY s) AS before FROM daily) v;
SELECT count(DISTINCT s) = count(DISTINCT s::text) AS distinct, rollup(DISTINCT s) = (SELECT rollup(s) FROM (SELECT DISTINCT s FROM daily) v) AS rollup_distinct FROM daily;
SELECT ARRAY[s, s] < ARRAY[s, NULL] AS arrays, (s, 1) < (s, 2) AS row_values, greatest(s, NULL) = s AS greatest FROM daily ORDER BY day, channel LIMIT 1;
SET enable_hashjoin = off;
SET enable_nestloop = off;
EXPLAIN (COSTS off) SELECT count(*) FROM daily a JOIN daily b ON a.s = b.s;
SELECT count(*) = (SELECT count(*) FROM daily a JOIN daily b ON a.s::text = b.s::text) AS merge_join
FROM daily a JOIN daily b ON a.s = b.s;
RESET enable_hashjoin;
RESET enable_nestloop;
-- indexes: what is there once, what is there many times, ranges
CREATE TEMP TABLE ordered AS SELECT DISTINCT s FROM daily;
CREATE UNIQUE INDEX ON ordered (s);
SELECT code, message FROM error_of('INSERT INTO ordered TABLE ordered LIMIT 1');
INSERT INTO ordered TABLE ordered ON CONFLICT (s) DO NOTHING;
CREATE INDEX many_times ON daily (s);
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS off) SELECT s FROM daily WHERE s > '{"version": 1}' ORDER BY s;
SELECT bool_and((SELECT count(*) FROM daily d WHERE d.s = o.s) = (SELECT count(*) FROM daily d WHERE d.s::text = o.s::text)) AS equal,
	bool_and((SELECT count(*) FROM ordered d WHERE d.s < o.s) = rank - 1) AS less
FROM (SELECT s, row_number() OVER (ORDER BY ROW(s) USING *<) AS rank FROM ordered) o WHERE rank % 100 = 1;
RESET enable_seqscan;
RESET enable_bitmapscan;
DROP INDEX many_times;

--
-- Functions that serve aggregates, called by hand: arguments stay as they are
--
SELECT s AS before, survey_accum(s, 9::integer) AS plus_nine, survey_accum(s, NULL::float8) AS plus_null,
	survey_remove(s, 3::smallint) AS minus_three, survey_combine(s, s) AS twice,
	survey_uncombine(s, s) AS nothing, s AS after
FROM (SELECT pg_temp.nps_summary(1, 2, 3) AS s OFFSET 0) t
\gx
DO $$
DECLARE
	a survey_summary := '{"version": 1, "scores": {"9": 1}}';
	b survey_summary;
BEGIN
	b := survey_accum(a, 9::integer);
	b := survey_combine(a, b);
	ASSERT a = '{"version": 1, "scores": {"9": 1}}'::survey_summary, a;
	ASSERT b = '{"version": 1, "scores": {"9": 3}}'::survey_summary, b;
END
$$;

--
-- Errors
--
\pset format unaligned
\x on
SELECT value, e.* FROM
	(VALUES (1, '11'), (2, '-1'), (3, '-2147483648'), (4, '2147483647'), (5, '11::smallint'), (6, '(-32768)::smallint'),
	(7, '8.5'), (8, '''NaN''::float8'), (9, '''Infinity''::float8'), (10, '''-Infinity''::float8'),
	(11, '(-0.5)'), (12, '10.5'), (13, '1e300'), (14, '11.0'), (15, '9223372036854775807'), (16, '5e-324::float8'),
	(17, '''NaN''::numeric'), (18, '8.5::real')) v(i, value),
	LATERAL error_of('SELECT nps_agg(' || value || ')') e ORDER BY i;
\x off
\pset format aligned
-- all of the family say the same
SELECT f, value, e.code, e.message, e.detail
FROM unnest(ARRAY['nps_agg', 'csat_agg', 'ces_agg', 'survey_summary', 'nps_category']) WITH ORDINALITY f(f, i),
	unnest(ARRAY['11', '(-1)::smallint', '8.5', '''NaN''::float8']) WITH ORDINALITY v(value, j),
	LATERAL error_of('SELECT ' || f || '(' || value || ')') e ORDER BY i, j;
-- the way out that the hints show
SELECT nps_agg(score) FILTER (WHERE score BETWEEN 0 AND 10) AS nps, nps_agg(nullif(score, 99)) AS no_answer, nps_agg(floor(least(score, 10))) AS whole
FROM (VALUES (9), (8.4), (99)) v(score) WHERE score <> 8.4;
SELECT nps_agg(score) FILTER (WHERE score BETWEEN 0 AND 10)
FROM (VALUES (9::float8), ('NaN'), ('Infinity'), (-1)) v(score);

-- another scale has no standard cut, so scale_max alone is no call of these
SELECT proname, pronargs, pronargdefaults FROM pg_proc
WHERE proname IN ('csat', 'ces', 'satisfied', 'agreed') AND prokind = 'f' ORDER BY 1, 2;
DO $$
BEGIN
	PERFORM csat(survey_summary '{"version": 1, "scores": {"4": 1}}', scale_max => 7);
	RAISE 'counted from the middle of the scale';
EXCEPTION WHEN undefined_function THEN
END $$;

\pset format unaligned
\x on
SELECT query, e.* FROM (VALUES
	-- off the scale
	(1, 'SELECT csat_agg(9)'), (2, 'SELECT csat_agg(0)'), (3, 'SELECT ces_agg(8)'), (4, 'SELECT ces_agg(0)'),
	(5, 'SELECT csat_agg(score) FROM (VALUES (5), (0), (6), (10), (NULL)) v(score)'),
	(6, 'SELECT csat(survey_summary ''{"version": 1, "scores": {"8": 2, "3": 1}}'', 6, 7)'), (7, 'SELECT ces(survey_summary ''{"version": 1, "scores": {"6": 1}}'', 4, 5)'),
	(8, 'SELECT satisfied(''{"version": 1, "scores": {"10": 1}}'')'),
	(9, 'SELECT csat_agg(score) OVER () FROM (VALUES (9)) v(score)'),
	-- scales
	(20, 'SELECT csat(survey_summary ''{"version": 1}'', 1, 1)'), (21, 'SELECT csat(survey_summary ''{"version": 1}'', 4, 11)'), (22, 'SELECT csat(survey_summary ''{"version": 1}'', 6, 5)'),
	(23, 'SELECT csat(survey_summary ''{"version": 1}'', 0, 5)'), (24, 'SELECT ces(survey_summary ''{"version": 1}'', 8, 7)'), (25, 'SELECT ces(survey_summary ''{"version": 1}'', 5, -1)'),
	(26, 'SELECT satisfied(''{"version": 1}'', -1, 5)'), (27, 'SELECT csat(survey_summary ''{"version": 1}'', 4, scale_max => 3)'),
	-- confidence
	(30, 'SELECT nps_interval(survey_summary ''{"version": 1}'', 0)'), (31, 'SELECT nps_interval(survey_summary ''{"version": 1}'', 1)'), (32, 'SELECT nps_interval(survey_summary ''{"version": 1}'', 95)'),
	(33, 'SELECT nps_interval(survey_summary ''{"version": 1}'', -0.5)'), (34, 'SELECT nps_interval(survey_summary ''{"version": 1}'', ''NaN'')'),
	(35, 'SELECT nps_change(''{"version": 1}'', ''{"version": 1}'', 1.5)'), (36, 'SELECT nps_text(''{"version": 1}'', 0)'),
	-- counts
	(40, 'SELECT rollup(s) FROM (VALUES (''{"version": 1, "unanswered": 1000000000000000}''::survey_summary), (''{"version": 1, "unanswered": 1}'')) v(s)'),
	(41, 'SELECT rollup(s) FROM (VALUES (''{"version": 1, "scores": {"4": 1000000000000000}}''::survey_summary), (''{"version": 1, "scores": {"4": 1}}'')) v(s)'),
	(42, 'SELECT survey_accum(''{"version": 1, "scores": {"4": 1000000000000000}}'', 4)'),
	(43, 'SELECT survey_remove(''{"version": 1, "scores": {"4": 1}}'', 5)'), (44, 'SELECT survey_remove(NULL, 5)'),
	(45, 'SELECT survey_uncombine(''{"version": 1, "scores": {"4": 1}}'', ''{"version": 1, "scores": {"4": 2}}'')'),
	(46, 'SELECT survey_remove(''{"version": 1}'', 11)'), (47, 'SELECT survey_remove(''{"version": 1}'', 8.5::float8)')
	) v(i, query), LATERAL error_of(query) e ORDER BY i;
\x off
\pset format aligned

-- text that is no summary
SELECT text, e.code, e.message, e.detail
FROM (VALUES (1, '[]'), (2, '1'), (3, '"x"'), (4, 'null'), (5, '{"version": 2}'), (6, '{"version": 0}'), (7, '{"version": "1"}'),
	(8, '{"version": 1.5}'), (9, '{"version": 1, "unanswered": -1}'), (10, '{"version": 1, "unanswered": 1.5}'), (11, '{"version": 1, "unanswered": 1000000000000001}'),
	(12, '{"version": 1, "unanswered": 1e30}'), (13, '{"version": 1, "unanswered": null}'), (14, '{"version": 1, "unanswered": "3"}'), (15, '{"version": 1, "unanswered": true}'), (16, '{"version": 1, "unanswered": [1]}'),
	(17, '{"version": 1, "scores": []}'), (18, '{"version": 1, "scores": 1}'), (19, '{"version": 1, "scores": null}'), (20, '{"version": 1, "scores": {"11": 1}}'), (21, '{"version": 1, "scores": {"-1": 1}}'),
	(22, '{"version": 1, "scores": {"01": 1}}'), (23, '{"version": 1, "scores": {"": 1}}'), (24, '{"version": 1, "scores": {"9 ": 1}}'), (25, '{"version": 1, "scores": {"9": -1}}'), (26, '{"version": 1, "scores": {"9": {}}}'),
	(27, '{"version": 1, "scores": [1, 2]}'), (28, '{"version": 1, "score": {}}'), (29, '{"Version": 1, "unanswered": 1}'), (30, '{"version": 1, "scores": {"9": 0.1}}'), (31, '[{"scores": {"9": 1}}]'),
	(32, '{"version": 1, "unanswered": 99999999999999999999999999}'), (33, '{"version": 1, "unanswered": -0.5}'), (34, '{"version": 1, "scores": {"9": 1e-10}}')) v(i, text),
	LATERAL error_of(format('SELECT %L::survey_summary', text)) e ORDER BY i;
SELECT text, e.code FROM (VALUES (1, ''), (2, 'x'), (3, '{'), (4, '{"version": 1'), (5, '{"version": 1}}'), (6, '{"version": 1, "a": "\u0000"}'),
	(7, '{"version": 1, "unanswered": 01}'), (8, '{"version": 1, "unanswered": NaN}'), (9, '{"version": 1, "unanswered": 1e999999}')) v(i, text),
	LATERAL error_of(format('SELECT %L::survey_summary', text)) e ORDER BY i;
SELECT (error_of('SELECT ''[]''::survey_summary')).hint;

-- text as others write it: white space, escapes, members in any order, each of them once
SELECT E'\n{ "scores"\t: {"10":1,"\\u0039" : 3} ,\r"un\\u0061nswered" :4, "version":1}\n'::survey_summary;
SELECT text, e.code, e.message, e.detail
FROM (VALUES (1, '{"version": 1, "unanswered": 1e999999, "unanswered": 1}'), (2, '{"version": 1, "unanswered": {}, "unanswered": 1}'), (3, '{"version": 1, "scores": {"9": 1, "8": 1, "\u0039": 2}}'), (14, '{"version": 1, "unanswered": 1e999999}'), (15, '{"version": 1, "version": 2}'),
	(4, '{"version": 1, "x": 1, "unanswered": 1,}'), (5, '{"version": 1, "x": "\ud800"}'), (6, '{"version": 1, "x": "\y"}'), (7, '{"version": 1, "x": [1, {"y": [2 3]}]}'), (8, '{"version": 1, "x": [1}]'), (9, '{"x" 1}'),
	(10, '{"version": 1, "": 1}'), (11, '{"version": 1, "x": 1} {"y": 2}'), (12, '[1, 2'), (13, '1 2')) v(i, text),
	LATERAL error_of(format('SELECT %L::survey_summary', text)) e ORDER BY i;
SELECT n, e.code, e.message, e.detail
FROM (VALUES (1000), (1001)) v(n), LATERAL error_of(format('SELECT %L::survey_summary', '{"version": 1, ' || (SELECT string_agg(format('"x%s": 1', i), ', ') FROM generate_series(2, n) i) || '}')) e ORDER BY n;

-- a score can be counted 10^15 times, and no more
CREATE AGGREGATE pg_temp.responses_from_all(integer) (SFUNC = survey_accum, STYPE = survey_summary, INITCOND = '{"version": 1, "scores": {"7": 1000000000000000}}');
SELECT failure($$SELECT pg_temp.responses_from_all(7)$$);
SELECT pg_temp.responses_from_all(8);

--
-- Scores that are text
--

-- what an answer may look like
SELECT answer, survey_score(answer) FROM unnest(ARRAY['9', '9.0', ' 10 - extremely likely', E'\t7\r\n', '+8', '010', '9.', '9,0', '10/10', '7 / 10', '8 - good', '0', '-0', '0 (never)',
	'9 points', '5 Stars - great', '7/10 points', '9: likely', '9) likely', '9=likely', '', ' ', 'n/a', 'don''t know', '-', 'very likely', NULL]) answer;
-- digits of other scripts, blanks that are none in ASCII, the word for points
SELECT ascii_of(answer), survey_score(answer) FROM unnest(ARRAY[U&'\0669', U&'\FF19', U&'\FF11\FF10', U&'9\C810', U&'\00A09', U&'\30007\3000', U&'\FEFF8', U&'9\FE0F\20E3', U&'5\2605', U&'9 \2013 \C88B\C74C', U&'\C544\C8FC \C88B\C74C']) answer;
-- and what is not clear
SELECT ascii_of(answer) AS answer, code, message FROM unnest(ARRAY['11', '8.5', '8,5', '10.5', '-1', '-0.5', '99999999999999999999', '9-10', '9, 10', '1e1', '4/5', '9/10/25', '95%', '9 %', '.5', '- 9', 'Score: 9',
	'"9"', 'don''t know (99)', '9.0.1', '2025-06-30', '10 - best of 1 to 10', U&'\0661\0661',
	'7 days ago', '3 times', '9th', '10 extremely likely', '9 pointless', '4 / 5 stars', '4/5 (2)', '4/50', '4/1', '4/0', '85 % sure', '8.5%', U&'7\C77C \C804', U&'7 \C77C']) WITH ORDINALITY a(answer, i), error_of(format('SELECT survey_score(%L)', answer)) e ORDER BY i;
-- signs set a label off, in ASCII and in the blocks of others; letters do not
SELECT ascii_of(answer), survey_score(answer) FROM unnest(ARRAY['9/', '9/ good', '9 [good]', '9 {good}', '9@', '9`', U&'9\00A1', U&'9\00D7', U&'9\00F7', U&'9\2014good', U&'9\2BFF', U&'9\3001', U&'9\FE10', U&'9\FF01', U&'9\FF20', U&'9 \+01F600', U&'\202F9\2009', U&'\20609', U&'\16809\2028\2029\205F', U&'9 \+0E0020']) answer;
SELECT ascii_of(answer), message FROM unnest(ARRAY['9 A', '9 Z', '9 a', '9 z', U&'9\00C0', U&'9\00D8', U&'9\0414', U&'9 \1FFF', U&'9 \2C00', U&'9 \3041', U&'9 \FDF0', U&'9 \FE70', U&'9 \FF21', U&'9 \+010400', U&'9 \+020000', U&'7\2009days ago', U&'7\202Fdays ago', U&'85\202F%']) answer, error_of(format('SELECT survey_score(%L)', answer));
SELECT failure($$SELECT survey_score('9-10')$$);
SELECT failure($$SELECT survey_score('75')$$);
SELECT failure($$SELECT survey_score('7 days ago')$$);
SELECT failure($$SELECT survey_score('4/5')$$);
SELECT failure($$SELECT survey_score('85%')$$);
SELECT failure($$SELECT survey_score(repeat('long ', 1000) || '9')$$);
-- as the hints say
SELECT survey_score(replace('Score: 9', 'Score: ', '')) AS labelled, survey_score(replace('10 extremely likely', 'extremely likely', '')) AS bare, survey_score(nullif('no answer (-1)', 'no answer (-1)')) AS none;
SELECT ascii_of(answer), survey_score(split_part(answer, '/', 1)) FROM unnest(ARRAY['4/5', ' 4 / 5 stars', U&'\FEFF4\00A0/5', U&'\FF14/5', U&'\0664/5']) AS answer;
SELECT ascii_of(answer), message FROM unnest(ARRAY['4.5/5', '4,5/5']) AS answer, error_of(format('SELECT survey_score(%L)', answer)) UNION ALL
SELECT ascii_of(answer), message FROM unnest(ARRAY['4.5/5', '4,5/5']) AS answer, error_of(format('SELECT survey_score(split_part(%L, ''/'', 1))', answer));
-- what is no plain label stays an error
SELECT ascii_of(answer), message FROM unnest(ARRAY['.5', ',5', U&'\22121', '4 of 5', '4/5.0', U&'4\20445', U&'\0668\066B\0665']) AS answer, error_of(format('SELECT survey_score(replace(%L, ''Score: '', ''''))', answer));
-- of a scale from 0 to 100
SELECT ascii_of(answer), width_bucket(replace(substring(answer FROM '-?\d+[.,]?\d*'), ',', '.')::numeric, ARRAY[0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100.01]) - 1 AS score
FROM unnest(ARRAY['75', '95 - likely', '90, sure', '69.9', '69,9', '100', '100.5', '100,5', '-0.5', '-5', '85 %', '85,5 %', '90%', U&'85\00A0%', U&'85\202F%', U&'\FEFF85%', 'n/a']) AS answer;
SELECT score, width_bucket(score, ARRAY[0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100.01]) - 1 AS of_integer FROM unnest(ARRAY[-1, 0, 69, 70, 90, 99, 100, 101]) AS score;
SELECT score, width_bucket(score, ARRAY[0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100.01]) - 1 AS of_double FROM unnest(ARRAY[-0.5, 69.9, 100, 100.5]::float8[]) AS score;
SELECT failure(format('SELECT survey_score(%L)', answer)) FROM unnest(ARRAY['９９', '٨٥ %', 'é 9']) AS answer;
SELECT failure(format('SELECT survey_score(%L)', translate(answer, '０１２３４５６７８９', '0123456789'))) FROM unnest(ARRAY['９９', '８５%']) AS answer;
SELECT failure($$SELECT survey_score('99 – é')$$);

-- put together at random, with what the parts say: mismatches none
SELECT count(*) AS compared, count(DISTINCT wanted) AS results, count(*) FILTER (WHERE wanted IS DISTINCT FROM got) AS mismatches
FROM (SELECT CASE WHEN n IS NULL THEN lead || label ELSE lead || n || decimals || of || label END AS answer,
		CASE WHEN n IS NULL THEN CASE WHEN label ~ '\d' THEN 'answer is not clearly a score' ELSE 'null' END
			WHEN of = '' AND decimals <> '.' AND label = ' %' AND lead <> 'is ' THEN 'answer is a percentage'
			WHEN lead = 'is ' OR of <> '' AND decimals = '.' OR label ~ '[\d%]' THEN 'answer is not clearly a score'
			WHEN of = '/5' THEN 'answer is a score of another scale'
			WHEN label = ' days' AND decimals <> '.' THEN 'answer is not clearly a score'
			WHEN n > 10 OR n = 10 AND decimals = '.25' OR lead = '-' AND (n > 0 OR decimals = '.25') THEN 'score out of range'
			WHEN decimals = '.25' THEN 'score is not a whole number'
			ELSE n::text END AS wanted
	FROM (SELECT (ARRAY['', '', '', ' ', '+', '-', 'is '])[1 + pick(i, 1, 7)] AS lead, nullif(pick(i, 2, 14), 13) AS n,
			(ARRAY['', '', '.0', ',00', '.', '.25'])[1 + pick(i, 3, 6)] AS decimals, (ARRAY['', '', '', '/10', ' / 10', '/5'])[1 + pick(i, 4, 6)] AS of,
			(ARRAY['', '', ' ', ' - likely', ' points', ' (2)', ' %', ' days'])[1 + pick(i, 5, 8)] AS label FROM generate_series(1, 3000) i) p) a,
	error_of(format('SELECT survey_score(%L)', answer)) e,
	LATERAL (SELECT CASE WHEN e.message = 'no error' THEN coalesce(survey_score(answer)::text, 'null') ELSE e.message END) r(got);

--
-- The net promoter score on other scales
--

-- at random scales and cuts, against plain SQL, and its interval, change and text
-- against those of scores that are recoded to 10, 8 and 0
CREATE TEMP TABLE other_scales AS
SELECT g, best, p, d, (SELECT array_agg(CASE WHEN pick(i * 50 + g, 4, 9) > 0 THEN (CASE WHEN best = 10 THEN pick(i * 50 + g, 5, 11) ELSE 1 + pick(i * 50 + g, 5, best) END)::integer END) FROM generate_series(1, 1 + pick(g, 6, 40)) i) AS scores
FROM (SELECT g, best, p, pick(g, 3, p)::integer AS d FROM (SELECT g, best, 1 + pick(g, 2, best)::integer AS p FROM (SELECT g, 2 + pick(g, 1, 9)::integer AS best FROM generate_series(1, 300) g) a) b) c;
CREATE TEMP TABLE other_summaries AS
SELECT g, best, p, d, survey_summary(score) AS s, survey_summary(CASE WHEN score >= p THEN 10 WHEN score > d THEN 8 WHEN score <= d THEN 0 END) AS recoded,
	round(100.0 * (count(*) FILTER (WHERE score >= p) - count(*) FILTER (WHERE score <= d)) / nullif(count(score), 0), 10) AS wanted
FROM other_scales, unnest(scores) score GROUP BY g, best, p, d;
SELECT count(*) AS compared, count(DISTINCT a.best) AS scales,
	count(*) FILTER (WHERE round(nps(a.s, a.p, a.d, a.best), 10) IS DISTINCT FROM a.wanted) AS scores,
	count(*) FILTER (WHERE nps_interval(a.s, a.p, a.d, a.best, confidence => 0.9) IS DISTINCT FROM nps_interval(a.recoded, 0.9)) AS intervals,
	count(*) FILTER (WHERE nps_text(a.s, a.p, a.d, a.best) IS DISTINCT FROM nps_text(a.recoded)) AS texts,
	count(*) FILTER (WHERE nps_change(a.s, b.s, a.p, a.d, 10, confidence => 0.8) IS DISTINCT FROM
		nps_change(a.recoded, (SELECT survey_summary(CASE WHEN score >= a.p THEN 10 WHEN score > a.d THEN 8 WHEN score <= a.d THEN 0 END) FROM unnest(o.scores) score), 0.8)) AS changes
FROM other_summaries a JOIN other_summaries b ON b.g = a.g % 300 + 1 JOIN other_scales o ON o.g = b.g;
-- the standard is 9 and 6 of 10
SELECT nps(s, 9, 6) = nps(s) AS score, nps_interval(s, 9, 6) = nps_interval(s) AS interval, nps_text(s, 9, 6) = nps_text(s) AS text, nps_change(s, s, 9, 6) = nps_change(s, s) AS change
FROM (SELECT survey_summary(i % 11) AS s FROM generate_series(1, 100) i) t;
-- a scale without passives, one without detractors: 5, 4, 3, 1 of 5
SELECT nps(s, 4, 3, 5), nps(s, promoter_from => 5, detractor_to => 0, scale_max => 5) FROM (SELECT survey_summary(score) AS s FROM (VALUES (5), (4), (3), (1)) v(score)) t;

-- off the scale: 0 and what is above; on a scale to 10 nothing is
SELECT best, off_scale(s, best), nps(s, 2, 1, best, 'null'), nps_interval(s, 2, 1, best, 'NULL'), nps_text(s, 2, 1, best, 'null') IS NULL AS no_text, nps_change(s, s, 2, 1, best, 'null') AS change,
	csat(s, 2, best, 'null'), ces(s, 2, best, 'null'), satisfied(s, 2, best, 'null') IS NULL AS no_rate, agreed(s, 2, best, 'null') IS NULL AS no_agreed
FROM generate_series(2, 10, 2) best, (SELECT survey_summary(score) AS s FROM (VALUES (0), (1), (2), (5), (7), (NULL)) v(score)) t;
SELECT nps(survey_summary '{"version": 1}', 5, 3, 5), off_scale('{"version": 1}', 5), nps_change('{"version": 1, "scores": {"3": 1}}', '{"version": 1, "scores": {"8": 1}}', 5, 3, 5, 'null');
SELECT query, e.* FROM unnest(ARRAY['nps(s, 5, 3, 5)', 'nps_interval(s, 5, 3, 5)', 'nps_text(s, 5, 3, 5)', 'nps_change(s, s, 5, 3, 5)', 'nps(s, 6, 3, 5)', 'nps(s, 0, 0, 5)', 'nps(s, 5, 5, 5)', 'nps(s, 5, -1, 5)',
	'nps(s, 2, 1, 1)', 'nps(s, 9, 6, 11)', 'nps(s, 9, 6, 10, ''ignore'')', 'csat(s, 4, 5, '''')', 'off_scale(s, 1)', 'off_scale(s, 11)', 'nps_interval(s, 9, 6, confidence => 1)']) query,
	error_of(format('SELECT %s FROM (SELECT survey_summary ''{"version": 1, "scores": {"7": 2, "4": 1}}'') v(s)', query)) e;

-- words as long as those that are known, and these as a table stores them
SELECT word, e.message, e.detail FROM unnest(ARRAY['none', 'wrong']) word, error_of(format('SELECT nps(survey_summary(9), 9, 6, 10, %L)', word)) e;
CREATE TEMP TABLE words AS SELECT word FROM unnest(ARRAY['error', 'Error', 'null', 'NULL']) word;
SELECT word, nps(s, 9, 6, 10, word), off_scale(s, 5), CASE WHEN lower(word) = 'null' THEN nps(s, 5, 3, 5, word) END AS off FROM (SELECT survey_summary(9) AS s) t, words ORDER BY word COLLATE "C";

-- a key that comes twice, early or late, in the object or in one that is in it
SELECT failure($$SELECT '{"version": 1, "scores": {"3": 1, "3": 1}}'::survey_summary$$);
SELECT failure($$SELECT '{"version": 1, "version": 1}'::survey_summary$$);
SELECT failure($$SELECT ('{"version": 1, "signals": {' || (SELECT string_agg(format('"s%s": [50, 1]', i), ', ') FROM generate_series(1, 700) i) || ', "s650": [1, 1]}}')::health_summary$$);
SELECT failure($$SELECT ('{"version": 1, "signals": {' || (SELECT string_agg(format('"s%s": [50, 1]', i), ', ') FROM generate_series(1, 17) i) || ', "\u00731": [1, 1]}}')::health_summary$$);
SELECT length(('{"version": 1, "signals": {' || (SELECT string_agg(format('"s%s": [50, 1]', i), ', ') FROM generate_series(1, 1000) i) || '}}')::health_summary::text);
-- a long key is cut in every message
SELECT failure(format($$SELECT '{"version": 1, "%s": 1}'::survey_summary$$, repeat('long', 100)));
SELECT failure(format($$SELECT '{"version": 1, "signals": {"%s": ["x", 1]}}'::health_summary$$, repeat('long', 60)));
SELECT failure(format($$SELECT '{"version": 1, "signals": {"%1$s": [1, 1], "%1$s": [1, 1]}}'::health_summary$$, repeat('long', 100)));

-- The mean with its interval and its change: those of mean_summary, which test/sql/mean.sql compares with R
CREATE TABLE halves AS SELECT g, survey_summary(score) AS s, mean_summary(score) AS m FROM (SELECT i % 3 AS g, pick(i, 7, 11 - i % 3 * 2) AS score FROM generate_series(1, 150) AS i) AS t GROUP BY g;
SELECT g, round(a.low, 12) = round(b.low, 12) AS low, round(a.high, 12) = round(b.high, 12) AS high, round(c.low, 12) = round(d.low, 12) AS always_low, round(c.high, 12) = round(d.high, 12) AS always_high
FROM halves, mean_score_interval(s) AS a, mean_interval(m) AS b, mean_score_interval(s, 0.9, true, 100) AS c, mean_interval(m, 0.9, true, 100) AS d ORDER BY g;
SELECT x.g, y.g, round(a.change, 12) = round(b.change, 12) AS change, round(a.low, 12) = round(b.low, 12) AS low, round(a.p_value, 12) = round(b.p_value, 12) AS p_value, a.direction = b.direction AS same, a.direction, c.direction AS always, round(c.p_value, 12) = round(d.p_value, 12) AS p_always
FROM halves AS x, halves AS y, mean_score_change(x.s, y.s) AS a, mean_change(x.m, y.m) AS b, mean_score_change(x.s, y.s, always_valid => true, tightest_at => 100) AS c, mean_change(x.m, y.m, always_valid => true, tightest_at => 100) AS d WHERE x.g <> y.g ORDER BY 1, 2;
SELECT mean_score_interval(e), mean_score_interval(one), mean_score_interval(equal), mean_score_change(e, one), mean_score_change(one, equal), mean_score_change(equal, one), mean_score_change(equal, equal)
FROM (VALUES (survey_summary '{"version": 1}', survey_summary '{"version": 1, "scores": {"3": 1}}', survey_summary '{"version": 1, "scores": {"3": 5}}')) AS v (e, one, equal);
-- where the means are equal to all digits that are shown, a difference that double precision makes of them has no direction
SELECT change, round(p_value, 3) AS p_value, direction FROM mean_score_change('{"version": 1, "scores": {"5": 754999999999999, "4": 1}}'::survey_summary, '{"version": 1, "scores": {"5": 747999999999999, "4": 1}}', 0.2);

-- Looked at again and again
SELECT round(w.low, 3) AS low, round(w.high, 3) AS high, round(a.low, 3) AS always_low, round(a.high, 3) AS always_high, round(t.low, 3) AS tight_low, round(t.high, 3) AS tight_high
FROM (VALUES (survey_summary '{"version": 1, "scores": {"6": 54, "8": 108, "9": 162}}')) AS v (s), nps_interval(s) AS w, nps_interval(s, always_valid => true) AS a, nps_interval(s, 9, 6, 10, 'error', 0.95, true, 324) AS t;
SELECT always, round(change, 3) AS change, round(low, 3) AS low, round(high, 3) AS high, round(p_value, 5) AS p_value, direction
FROM (VALUES (survey_summary '{"version": 1, "scores": {"5": 250, "7": 300, "9": 450}}', survey_summary '{"version": 1, "scores": {"5": 200, "7": 300, "9": 500}}')) AS v (a, b), (VALUES (false), (true)) AS w (always),
	nps_change(a, b, always_valid => always) ORDER BY always;
SELECT round(change, 3) AS change, round(low, 3) AS low, round(high, 3) AS high, direction
FROM nps_change('{"version": 1, "scores": {"1": 2500, "3": 3000, "5": 4500}}', '{"version": 1, "scores": {"1": 2000, "3": 3000, "5": 5000}}', 5, 2, 5, always_valid => true);
SELECT count(*) FILTER (WHERE (p_value < 0.05) IS DISTINCT FROM (low > 0 OR high < 0) OR (direction <> 0) IS DISTINCT FROM (p_value < 0.05)) AS wrong, count(*) FILTER (WHERE direction <> 0) AS arrows
FROM generate_series(1, 60) AS i, nps_change(format('{"version": 1, "scores": {"5": %s, "9": %s}}', 10 * i, 15 * i)::survey_summary, format('{"version": 1, "scores": {"5": %s, "9": %s}}', 8 * i, 17 * i)::survey_summary, always_valid => true, tightest_at => 500);
SELECT failure($$SELECT nps_interval('{"version": 1}', always_valid => true, tightest_at => -1)$$);
DROP TABLE halves;

-- a fraction is no whole number either; what the hints say works for what they are given for
SELECT failure($$SELECT survey_score('8½')$$);
SELECT failure($$SELECT survey_score('8¾ - good')$$);
SELECT failure($$SELECT survey_score('8⅓')$$);
SELECT answer, survey_score(answer) FROM unnest(ARRAY['8 → good', '8→good', '8ⅸ']) AS answer;
SELECT failure(format('SELECT survey_score(%L)', answer)) FROM unnest(ARRAY['8 ½', '10½', '8½/10']) AS answer;
SELECT answer, survey_score(regexp_replace(answer, '[.,\u00bc-\u00be\u2150-\u215e].*', '')) FROM unnest(ARRAY['8½', '8 ¾ - good', '8⅓', '9,5', '٨½', '8 → good', '7']) AS answer;
SELECT answer, survey_score(split_part(translate(answer, ',', '.'), '.', 1)) FROM unnest(ARRAY['8.5', '9,5', '９.5']) AS answer;

-- a scale that fits the score: what the hints say works as it is written
SELECT failure(format('SELECT %s FROM (SELECT survey_summary(score) AS s FROM unnest(ARRAY[7, 6, 2]) AS score) AS t', call)) FROM unnest(ARRAY['csat(s)', 'satisfied(s)', 'ces(s, 4, 5)', 'csat(s, 3, 6)', 'nps(s, 5, 3, 5)']) AS call;
SELECT csat(s, satisfied_from => 6, scale_max => 7), ces(s, agree_from => 5, scale_max => 7), nps(s, promoter_from => 6, detractor_to => 4, scale_max => 7),
	csat(s, satisfied_from => 4, scale_max => 5, off_scale => 'null') AS csat_null, ces(s, agree_from => 4, scale_max => 5, off_scale => 'null') AS ces_null, csat(s, satisfied_from => 3, scale_max => 6, off_scale => 'null') AS csat_of_six,
	satisfied(s, satisfied_from => 4, scale_max => 5, off_scale => 'null') IS NULL AS satisfied_null, nps(s, 5, 3, 5, off_scale => 'null') AS nps_null
FROM (SELECT survey_summary(score) AS s FROM unnest(ARRAY[7, 6, 2]) AS score) AS t;
