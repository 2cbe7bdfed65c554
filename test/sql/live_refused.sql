-- kept summaries that are refused before anything is made, and hints that work
SET client_min_messages = warning;

-- temporary ones, to which other sessions could not write
CREATE TABLE answers (a integer, b integer, score integer);
INSERT INTO answers VALUES (1, 1, 9), (1, 2, 3), (NULL, NULL, 7);
SELECT failure($$SELECT keep_summary('pg_temp.passing', 'SELECT survey_summary(score) AS s FROM answers')$$);
SET search_path = pg_temp, public;
SELECT failure($$SELECT keep_summary('Passing', 'SELECT survey_summary(score) AS s FROM answers')$$);
SELECT keep_summary('public.lasting', 'SELECT survey_summary(score) AS s FROM answers');
RESET search_path;
INSERT INTO answers VALUES (2, 2, 2);
SELECT s FROM lasting;
SELECT drop_summary('lasting');
