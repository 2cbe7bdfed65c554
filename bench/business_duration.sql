-- title: Open time of a million spans of up to two years, by a calendar with 500 special days
-- data: business_spans
-- variant: one process | max_parallel_workers_per_gather = 0
-- limit: a million calls: at most 1.5 s | at most 1500 ms

-- ours: business_duration(calendar, started, finished)
SELECT sum(extract(epoch FROM business_duration(calendar, started, finished))::bigint) FROM business_spans, business_hours;

-- theirs day: the same number of spans within a day | at most 1.20 x
SELECT sum(extract(epoch FROM business_duration(calendar, started, same_day))::bigint) FROM business_spans, business_hours;

-- theirs elapsed: the time that passed | none
SELECT sum(extract(epoch FROM finished - started)::bigint) FROM business_spans, business_hours;

-- check day
SELECT (:ours) > (:theirs);

-- check elapsed
SELECT (:ours) < (:theirs);
