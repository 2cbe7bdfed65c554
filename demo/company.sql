-- The sample company of cx_metrics, made by SQL alone.
--
--   psql -f demo/company.sql                       50,000 customers
--   psql -v customers=5000 -f demo/company.sql     a smaller one
--
-- Everything goes into a new schema, demo; the script stops when there is
-- one already.  demo/README.md tells the story and describes the tables.
--
-- No row depends on chance, the clock, the time zone or the server's major
-- version: what looks random is a hash of the row's number and a seed that
-- belongs to one purpose (the second argument of u() and n() below).

\set ON_ERROR_STOP on
\if :{?customers}
\else
\set customers 50000
\endif

BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL synchronous_commit = off;
SET LOCAL work_mem = '128MB';
SET LOCAL jit = off;
-- Workers cannot read temporary tables: planning for them is of no use.
SET LOCAL max_parallel_workers_per_gather = 0;

CREATE SCHEMA demo;
COMMENT ON SCHEMA demo IS
  'The sample company of cx_metrics: a subscription business, 2023-01-01 to 2025-12-31, seen on 2026-01-01';
SET LOCAL search_path = demo;

-- ---------------------------------------------------------------------
-- Numbers that look random

-- uniform on [0, 1): 53 bits of the hash
CREATE FUNCTION pg_temp.u(key bigint, seed int) RETURNS double precision
  LANGUAGE sql IMMUTABLE AS
$$SELECT (hashint8extended(key, seed) & 9007199254740991)::double precision / 9007199254740992$$;

-- exponential with mean 1
CREATE FUNCTION pg_temp.e(key bigint, seed int) RETURNS double precision
  LANGUAGE sql IMMUTABLE AS
$$SELECT -ln(1 - (hashint8extended(key, seed) & 9007199254740991)::double precision / 9007199254740992)$$;

-- standard normal (Box and Muller)
CREATE FUNCTION pg_temp.n(key bigint, seed int) RETURNS double precision
  LANGUAGE sql IMMUTABLE AS
$$SELECT sqrt(-2 * ln(1 - (hashint8extended(key, seed) & 9007199254740991)::double precision / 9007199254740992))
  * cos(6.283185307179586 * (hashint8extended(key, seed + 1000) & 9007199254740991)::double precision / 9007199254740992)$$;

-- ---------------------------------------------------------------------
-- The calendar: what every customer lives through

-- shock is the price rise of 2025-04-01, announced in March: it hurts for a
-- quarter and fades until the end of the year.  drift is the slow work on
-- the product.  usage and demand are the seasons.
CREATE TEMPORARY TABLE months ON COMMIT DROP AS
SELECT m, first_day, (first_day + interval '1 month')::date AS next_first,
       CASE m WHEN 26 THEN 0.15 WHEN 27 THEN 1.0 WHEN 28 THEN 1.0
              WHEN 29 THEN 0.95 WHEN 30 THEN 0.55 WHEN 31 THEN 0.38
              WHEN 32 THEN 0.25 WHEN 33 THEN 0.15 WHEN 34 THEN 0.08
              WHEN 35 THEN 0.05 ELSE 0 END::double precision AS shock,
       0.007 * m AS drift,
       (ARRAY[1.02, 1.05, 1.08, 1.00, 0.98, 1.00, 0.84, 0.78, 1.06, 1.10, 1.08, 0.80])[1 + m % 12]::double precision AS usage,
       (ARRAY[1.15, 1.05, 1.05, 1.00, 0.95, 0.95, 0.80, 0.75, 1.15, 1.10, 1.05, 0.90])[1 + m % 12]::double precision AS demand,
       (ARRAY[1.15, 1.00, 1.00, 1.00, 0.95, 0.95, 0.90, 0.90, 1.05, 1.05, 1.10, 1.20])[1 + m % 12]::double precision AS trouble
FROM (SELECT m, (date '2023-01-01' + make_interval(months => m))::date AS first_day
      FROM generate_series(0, 35) AS m) AS s;

-- ---------------------------------------------------------------------
-- customers

CREATE TABLE customers (
  customer_id     integer PRIMARY KEY,
  name            text    NOT NULL,
  segment         text    NOT NULL,
  acquired_by     text    NOT NULL,
  contact_channel text    NOT NULL,
  joined_on       date    NOT NULL,
  shares_usage    boolean NOT NULL
);

-- How many join on a day: growth, season, weekday, and fewer buyers after
-- the price rise.  Ids are given in the order of joining, as in real life.
INSERT INTO customers
WITH days AS (
  SELECT d::date AS day,
         sum(w) OVER (ORDER BY d) / sum(w) OVER () AS upto
  FROM (SELECT d,
               exp(0.00055 * (d::date - date '2023-01-01'))
               * (ARRAY[0.42, 1.15, 1.2, 1.15, 1.1, 0.95, 0.48])[1 + extract(dow FROM d)::int]
               * mo.demand * (1 - 0.28 * mo.shock)
               * (0.85 + 0.3 * pg_temp.u(d::date - date '2023-01-01', 1)) AS w
        FROM generate_series(timestamp '2023-01-01', timestamp '2025-12-31', interval '1 day') AS d
        JOIN months AS mo ON d >= mo.first_day AND d < mo.next_first) AS weights
), spans AS (
  SELECT day, round(coalesce(lag(upto) OVER (ORDER BY day), 0) * :customers)::int + 1 AS from_id,
         CASE WHEN day = date '2025-12-31' THEN :customers
              ELSE round(upto * :customers)::int END AS to_id
  FROM days
), joined AS (
  SELECT id, day, pg_temp.u(id, 2) AS us, pg_temp.u(id, 3) AS ua, pg_temp.u(id, 4) AS uc
  FROM spans CROSS JOIN LATERAL generate_series(from_id, to_id) AS id
), sorted AS (
  SELECT *, CASE WHEN us < 0.76 THEN 'small' WHEN us < 0.95 THEN 'mid' ELSE 'enterprise' END AS segment
  FROM joined
)
SELECT id,
       (ARRAY['Alder', 'Amber', 'Anchor', 'Ash', 'Aster', 'Bay', 'Birch', 'Bright', 'Brook', 'Cedar',
              'Clear', 'Cliff', 'Copper', 'Coral', 'Crane', 'Delta', 'Dune', 'East', 'Elm', 'Ember',
              'Fern', 'Field', 'Flint', 'Forest', 'Glen', 'Granite', 'Harbor', 'Hazel', 'Heron', 'Hill',
              'Iris', 'Iron', 'Ivory', 'Juniper', 'Lake', 'Lark', 'Linden', 'Maple', 'Marsh', 'Meadow',
              'Mill', 'Moss', 'North', 'Oak', 'Ocean', 'Olive', 'Orchard', 'Pearl', 'Pine', 'Quarry',
              'Raven', 'Reed', 'Ridge', 'River', 'Rowan', 'Sage', 'Sand', 'Silver', 'Spruce', 'Stone',
              'Swift', 'Thorn', 'Vale', 'West'])[1 + (hashint8extended(id, 5) & 63)]
       || (ARRAY['bridge', 'field', 'gate', 'hill', 'light', 'mark', 'port', 'side', 'stead', 'ton',
                 'view', 'ward', 'water', 'way', 'well', 'wood'])[1 + (hashint8extended(id, 6) & 15)]
       || ' '
       || (ARRAY['Foods', 'Labs', 'Logistics', 'Media', 'Motors', 'Partners', 'Schools', 'Services',
                 'Studio', 'Supply', 'Systems', 'Textiles', 'Tools', 'Trading', 'Travel', 'Works']
          )[1 + (hashint8extended(id, 7) & 15)],
       segment,
       CASE segment
         WHEN 'small' THEN CASE WHEN ua < 0.40 THEN 'search' WHEN ua < 0.70 THEN 'ads'
                                WHEN ua < 0.92 THEN 'referral' ELSE 'partner' END
         WHEN 'mid' THEN CASE WHEN ua < 0.30 THEN 'search' WHEN ua < 0.48 THEN 'ads' WHEN ua < 0.72 THEN 'referral'
                              WHEN ua < 0.88 THEN 'partner' ELSE 'sales' END
         ELSE CASE WHEN ua < 0.08 THEN 'search' WHEN ua < 0.22 THEN 'referral'
                   WHEN ua < 0.42 THEN 'partner' ELSE 'sales' END
       END,
       CASE segment
         WHEN 'small' THEN CASE WHEN uc < 0.42 THEN 'email' WHEN uc < 0.72 THEN 'app'
                                WHEN uc < 0.92 THEN 'chat' ELSE 'phone' END
         WHEN 'mid' THEN CASE WHEN uc < 0.38 THEN 'email' WHEN uc < 0.60 THEN 'app'
                              WHEN uc < 0.78 THEN 'chat' ELSE 'phone' END
         ELSE CASE WHEN uc < 0.30 THEN 'email' WHEN uc < 0.40 THEN 'app'
                   WHEN uc < 0.50 THEN 'chat' ELSE 'phone' END
       END,
       day,
       pg_temp.u(id, 8) < 1.0 / 12
FROM sorted
ORDER BY id;

-- ---------------------------------------------------------------------
-- The hidden truth.  One satisfaction per customer (base) stands behind
-- every table; the database that is left does not hold it.

CREATE TEMPORARY TABLE truth ON COMMIT DROP AS
WITH start AS (
  SELECT customer_id AS id, segment, joined_on, acquired_by,
         pg_temp.n(customer_id, 11)
         + CASE segment WHEN 'small' THEN -0.10 WHEN 'mid' THEN 0.05 ELSE 0.25 END
         + CASE acquired_by WHEN 'referral' THEN 0.35 WHEN 'partner' THEN 0.15 WHEN 'sales' THEN 0.05
                            WHEN 'search' THEN 0.0 ELSE -0.35 END AS base,
         -- how much the price rise hurts: small ones most
         CASE segment WHEN 'small' THEN 1.0 WHEN 'mid' THEN 0.7 ELSE 0.35 END
         * (0.5 + pg_temp.u(customer_id, 12)) * 0.75 AS pain,
         CASE segment WHEN 'small' THEN 0.021 WHEN 'mid' THEN 0.0105 ELSE 0.005 END AS hazard,
         CASE segment WHEN 'small' THEN 14 WHEN 'mid' THEN 30 ELSE 60 END AS trial_days,
         -- most small ones try first, most large ones sign after talks
         pg_temp.u(customer_id, 13) < CASE segment WHEN 'small' THEN 0.78 WHEN 'mid' THEN 0.60 ELSE 0.30 END AS tries
  FROM customers
), decided AS (
  SELECT *,
         CASE WHEN NOT tries
              -- bought at once
              THEN joined_on + floor(4 * pg_temp.u(id, 14))::int
              WHEN pg_temp.u(id, 15) < 1 / (1 + exp(0.15 - 0.75 * base
                   + CASE WHEN joined_on >= date '2025-03-20' AND joined_on < date '2025-07-01' THEN 0.35 ELSE 0 END))
              THEN CASE WHEN pg_temp.u(id, 16) < 0.06
                        -- came round after the trial had run out
                        THEN joined_on + trial_days + 1 + floor(35 * pg_temp.u(id, 17) ^ 2)::int
                        -- early in the trial or, for most, towards its end
                        ELSE joined_on + floor((trial_days + 1) * sqrt(pg_temp.u(id, 17)))::int
                   END
         END AS starts_on
  FROM start
)
SELECT id, segment, base, pain, hazard, tries, joined_on,
       joined_on + trial_days AS trial_ends,
       CASE WHEN starts_on < date '2026-01-01' THEN starts_on END AS starts_on,
       CASE segment WHEN 'small' THEN 1 + floor(9 * pg_temp.u(id, 18) ^ 2)
                    WHEN 'mid' THEN 10 + floor(45 * pg_temp.u(id, 18) ^ 2)
                    ELSE 60 + floor(300 * pg_temp.u(id, 18) ^ 3) END::int AS seats,
       CASE WHEN pg_temp.u(id, 19) < CASE segment WHEN 'small' THEN 0.62 WHEN 'mid' THEN 0.25 ELSE 0.05 END THEN 1
            WHEN pg_temp.u(id, 19) < CASE segment WHEN 'small' THEN 0.95 WHEN 'mid' THEN 0.75 ELSE 0.40 END THEN 2
            ELSE 3 END AS plan,
       pg_temp.u(id, 20) < CASE segment WHEN 'small' THEN 0.18 WHEN 'mid' THEN 0.38 ELSE 0.70 END AS yearly
FROM decided;

-- ---------------------------------------------------------------------
-- trials

CREATE TABLE trials (
  trial_id     integer PRIMARY KEY,
  customer_id  integer NOT NULL,
  started_on   date    NOT NULL,
  trial_ends   date    NOT NULL,
  converted_at date
);

INSERT INTO trials
SELECT row_number() OVER (ORDER BY id), id, joined_on, trial_ends, starts_on
FROM truth WHERE tries ORDER BY id;

-- ---------------------------------------------------------------------
-- The life of every paying customer, month by month

-- A row a month from the first subscription on.  status is what holds after
-- the month's change (changed_on, why); on_from and on_to bound the days of
-- the month on which the customer was active.
CREATE TEMPORARY TABLE life ON COMMIT DROP AS
WITH RECURSIVE life AS (
  SELECT t.id, mo.m, t.base, t.pain, t.hazard, t.starts_on AS first_on,
         'on'::text AS status, t.plan, t.seats, t.yearly,
         t.starts_on >= date '2025-04-01' AS new_price,
         mo.m AS anchor, t.starts_on AS changed_on, 'start'::text AS why,
         t.base + mo.drift - mo.shock * t.pain + 0.35 * pg_temp.n(t.id * 64::bigint + mo.m, 31) AS mood
  FROM truth AS t JOIN months AS mo ON t.starts_on >= mo.first_day AND t.starts_on < mo.next_first
  UNION ALL
  SELECT l.id, mo.m, l.base, l.pain, l.hazard, l.first_on,
         CASE d.why WHEN 'churn' THEN 'gone' WHEN 'pause' THEN 'paused' WHEN 'lost' THEN 'gone'
                    WHEN 'return' THEN 'on' WHEN 'resume' THEN 'on' ELSE l.status END,
         CASE WHEN d.why = 'downgrade' AND d.by_plan AND l.plan > 1 THEN l.plan - 1
              WHEN d.why = 'upgrade' AND d.by_plan AND l.plan < 3 THEN l.plan + 1
              ELSE l.plan END,
         CASE WHEN d.why = 'downgrade' AND NOT (d.by_plan AND l.plan > 1) THEN greatest(1, floor(l.seats * 0.7)::int)
              WHEN d.why = 'upgrade' AND NOT (d.by_plan AND l.plan < 3) THEN ceil(l.seats * 1.2 + 0.5)::int
              ELSE l.seats END,
         l.yearly AND d.why IS DISTINCT FROM 'return',
         l.new_price OR (mo.m >= 27 AND (d.renewal OR d.why IN ('return', 'resume', 'upgrade'))),
         CASE WHEN d.why IN ('return', 'resume') THEN mo.m ELSE l.anchor END,
         CASE WHEN d.why IN ('return', 'resume', 'upgrade')
              THEN mo.first_day + floor(28 * pg_temp.u(d.key, 39))::int
              WHEN d.why <> 'lost' THEN mo.first_day + least(extract(day FROM l.first_on)::int, 28) - 1 END,
         d.why, d.mood
  FROM life AS l
  JOIN months AS mo ON mo.m = l.m + 1
  CROSS JOIN LATERAL (
    SELECT l.id * 64::bigint + mo.m AS key,
           l.status = 'on' AND (NOT l.yearly OR (mo.m - l.anchor) % 12 = 0) AS renewal,
           l.base + mo.drift - mo.shock * l.pain + 0.35 * pg_temp.n(l.id * 64::bigint + mo.m, 31) AS mood
    OFFSET 0                    -- computed once, not wherever it is named
  ) AS k
  CROSS JOIN LATERAL (
    -- what a month of this mood can bring; the price rise reaches a
    -- customer with the first renewal after it
    SELECT k.renewal AND mo.m >= 27 AND NOT l.new_price AS risen,
           l.hazard * exp(-1.1 * k.mood) AS hazard
  ) AS h
  CROSS JOIN LATERAL (
    SELECT k.key, k.mood, k.renewal,
           pg_temp.u(k.key, 36) < 0.5 AS by_plan,
           CASE l.status
             WHEN 'gone' THEN
               CASE WHEN pg_temp.u(k.key, 32) < 0.007 * exp(0.5 * k.mood) THEN 'return' END
             WHEN 'paused' THEN
               CASE WHEN pg_temp.u(k.key, 32) < 0.5 THEN 'resume'
                    WHEN pg_temp.u(k.key, 32) > 0.9 THEN 'lost' END
             ELSE
               CASE WHEN pg_temp.u(k.key, 33) < CASE WHEN NOT l.yearly THEN h.hazard * CASE WHEN h.risen THEN 1.9 ELSE 1 END
                                                     WHEN k.renewal THEN 6 * h.hazard * CASE WHEN h.risen THEN 1.5 ELSE 1 END
                                                     ELSE 0.05 * h.hazard END THEN 'churn'
                    WHEN NOT l.yearly AND pg_temp.u(k.key, 34) < 0.004 THEN 'pause'
                    WHEN (l.plan > 1 OR l.seats > 1)
                         AND pg_temp.u(k.key, 35) < 0.006 * exp(-0.6 * k.mood) * CASE WHEN h.risen THEN 7 ELSE 1 END THEN 'downgrade'
                    WHEN pg_temp.u(k.key, 37) < 0.016 * exp(0.4 * k.mood) * (1 - 0.6 * mo.shock) THEN 'upgrade'
                    WHEN h.risen THEN 'price' END
           END AS why
    OFFSET 0
  ) AS d
)
SELECT l.id, l.m, l.status, l.plan, l.seats, l.yearly, l.new_price, l.changed_on, l.why, l.mood, l.first_on,
       CASE WHEN l.why IN ('start', 'return', 'resume') THEN l.changed_on ELSE mo.first_day END AS on_from,
       CASE WHEN l.why IN ('churn', 'pause') THEN l.changed_on
            WHEN l.status = 'on' THEN mo.next_first ELSE mo.first_day END AS on_to
FROM life AS l JOIN months AS mo USING (m);
ANALYZE life;

-- ---------------------------------------------------------------------
-- subscriptions

CREATE TABLE subscriptions (
  subscription_id  integer PRIMARY KEY,
  customer_id      integer       NOT NULL,
  product          text          NOT NULL,
  seats            integer       NOT NULL,
  price            numeric(12,2) NOT NULL,
  billing_interval interval      NOT NULL,
  starts_on        date          NOT NULL,
  ends_on          date,
  end_reason       text
);

INSERT INTO subscriptions
WITH changes AS (
  SELECT id, status, plan, seats, yearly, new_price, why, changed_on AS starts_on,
         lead(changed_on) OVER w AS ends_on, lead(why) OVER w AS end_reason
  FROM life WHERE changed_on IS NOT NULL
  WINDOW w AS (PARTITION BY id ORDER BY m)
), main AS (
  SELECT id, (ARRAY['Starter', 'Team', 'Business'])[plan] AS product, seats,
         CASE WHEN new_price THEN (ARRAY[14, 28, 56])[plan] ELSE (ARRAY[12, 24, 48])[plan] END
         * seats * CASE WHEN yearly THEN 10 ELSE 1 END AS price,
         CASE WHEN yearly THEN interval '1 year' ELSE interval '1 month' END AS billing_interval,
         starts_on, ends_on,
         CASE end_reason WHEN 'churn' THEN 'cancelled' WHEN 'pause' THEN 'paused'
                         WHEN 'price' THEN 'price change' ELSE end_reason END AS end_reason
  FROM changes WHERE status = 'on'
), slips AS (
  -- the wrong plan was picked and put right on the same day: no day long
  SELECT id, 'Business', seats, CASE WHEN new_price THEN 56 ELSE 48 END * seats,
         interval '1 month', starts_on, starts_on, 'corrected'
  FROM changes WHERE why = 'upgrade' AND pg_temp.u(id * 64::bigint + (starts_on - date '2023-01-01'), 41) < 0.02
), spells AS (
  -- the unbroken stretches of a customer, for the add-ons within them
  SELECT id, spell, min(starts_on) AS from_day, nullif(max(coalesce(ends_on, 'infinity')), 'infinity') AS to_day
  FROM (SELECT id, starts_on, ends_on,
               count(*) FILTER (WHERE why IN ('start', 'return', 'resume')) OVER (PARTITION BY id ORDER BY starts_on) AS spell
        FROM changes WHERE status = 'on') AS s
  GROUP BY id, spell
), offers AS (
  SELECT s.id, s.to_day, s.from_day + 20 + floor(300 * pg_temp.u(s.id * 8::bigint + s.spell * 4 + k, 43))::int AS starts_on,
         floor(60 + 500 * pg_temp.e(s.id * 8::bigint + s.spell * 4 + k, 44))::int AS days, k, c.segment
  FROM spells AS s JOIN customers AS c ON c.customer_id = s.id
  CROSS JOIN generate_series(1, 3) AS k
  WHERE pg_temp.u(s.id * 8::bigint + s.spell * 4 + k, 42)
        < CASE c.segment WHEN 'small' THEN 0.04 WHEN 'mid' THEN 0.15 ELSE 0.35 END
), addons AS (
  SELECT id, (ARRAY['Support Plus', 'Data Feed', 'Archive'])[k] AS product, 1 AS seats,
         CASE k WHEN 1 THEN CASE segment WHEN 'small' THEN 90 WHEN 'mid' THEN 360 ELSE 1500 END
                WHEN 2 THEN CASE segment WHEN 'small' THEN 4.9 WHEN 'mid' THEN 19.5 ELSE 79 END
                ELSE CASE segment WHEN 'small' THEN 9.99 WHEN 'mid' THEN 49.99 ELSE 249 END END AS price,
         (ARRAY[interval '3 months', interval '7 days', interval '1 month'])[k] AS billing_interval,
         starts_on,
         CASE WHEN least(starts_on + days, to_day) < date '2026-01-01' THEN least(starts_on + days, to_day) END AS ends_on,
         CASE WHEN least(starts_on + days, to_day) < date '2026-01-01' THEN 'cancelled' END AS end_reason
  FROM offers
  WHERE starts_on < coalesce(to_day, date '2026-01-01') AND starts_on < date '2026-01-01'
)
SELECT row_number() OVER (ORDER BY starts_on, id, ends_on NULLS LAST, product COLLATE "C"), *
FROM (SELECT * FROM main UNION ALL SELECT * FROM slips UNION ALL SELECT * FROM addons) AS s
ORDER BY starts_on, id, ends_on NULLS LAST, product COLLATE "C";

-- ---------------------------------------------------------------------
-- tickets

CREATE TABLE tickets (
  ticket_id         integer PRIMARY KEY,
  customer_id       integer     NOT NULL,
  channel           text        NOT NULL,
  priority          text        NOT NULL,
  response_target   interval    NOT NULL,
  resolution_target interval    NOT NULL,
  opened_at         timestamptz NOT NULL,
  first_response_at timestamptz,
  resolved_at       timestamptz,
  contacts          integer     NOT NULL,
  reopened          integer     NOT NULL
);

-- Who opens how many, when and by what way.  The mood goes on to the surveys
-- that follow a ticket.
CREATE TEMPORARY TABLE cases ON COMMIT DROP AS
WITH asked AS (
  SELECT l.id, l.m, l.mood, l.on_from, l.on_to, c.contact_channel, mo.shock, mo.trouble,
         (l.id * 64::bigint + l.m) * 16 + k AS key
  FROM life AS l
  JOIN customers AS c ON c.customer_id = l.id
  JOIN months AS mo USING (m)
  CROSS JOIN LATERAL generate_series(1, least(9, floor(
      CASE c.segment WHEN 'small' THEN 0.15 WHEN 'mid' THEN 0.34 ELSE 0.75 END
      * exp(-0.45 * l.mood) * mo.trouble * (1 + 0.35 * mo.shock)
      * (l.on_to - l.on_from) / 30.0
      * pg_temp.e(l.id * 64::bigint + l.m, 51)
      + pg_temp.u(l.id * 64::bigint + l.m, 52)))::int) AS k
  WHERE l.on_to > l.on_from
), placed AS MATERIALIZED (
  SELECT *,
         CASE WHEN pg_temp.u(key, 53) < 0.7 THEN contact_channel
              ELSE (ARRAY['app', 'chat', 'email', 'phone'])[1 + (hashint8extended(key, 54) & 3)] END AS channel,
         CASE WHEN pg_temp.u(key, 55) < 0.06 + 0.02 * shock THEN 1 WHEN pg_temp.u(key, 55) < 0.24 THEN 2
              WHEN pg_temp.u(key, 55) < 0.78 THEN 3 ELSE 4 END AS prio,
         on_from + floor((on_to - on_from) * pg_temp.u(key, 56))::int AS day
  FROM asked
), opened AS MATERIALIZED (
  SELECT *,
         -- two in three of those who would write at the weekend wait until Monday
         (CASE WHEN extract(isodow FROM day) > 5 AND pg_temp.u(key, 57) < 0.66 AND day + 2 < on_to
               THEN day + (8 - extract(isodow FROM day)::int) ELSE day END)::timestamp
         + make_interval(secs => floor(3600 * (7.5 + 6.5 * (pg_temp.u(key, 58) + pg_temp.u(key, 59))))) AS opened
  FROM placed
), replied AS MATERIALIZED (
  SELECT *,
         -- normal and low priorities are read in business hours only
         CASE WHEN prio <= 2 THEN opened
              WHEN extract(isodow FROM opened) = 6 THEN date_trunc('day', opened) + interval '2 days 9 hours'
              WHEN extract(isodow FROM opened) = 7 THEN date_trunc('day', opened) + interval '1 day 9 hours'
              WHEN extract(hour FROM opened) >= 18
              THEN date_trunc('day', opened) + CASE WHEN extract(isodow FROM opened) = 5 THEN interval '3 days 9 hours'
                                                    ELSE interval '1 day 9 hours' END
              ELSE opened END
         + make_interval(secs => floor(3600 * (ARRAY[0.40, 1.7, 4.0, 9.0])[prio]
             * CASE channel WHEN 'phone' THEN 0.45 WHEN 'chat' THEN 0.6 WHEN 'app' THEN 1.0 ELSE 1.35 END
             * (1 + 0.9 * shock) * CASE WHEN trouble > 1.12 THEN 1.2 ELSE 1 END
             * exp(0.85 * pg_temp.n(key, 60)))) AS response,
         pg_temp.u(key, 61) < 0.010 * (1 + 2 * shock) AS forgotten,
         1 + floor(pg_temp.e(key, 62) * (1.0 + 0.3 * shock) - 0.15 * least(mood, 2))::int AS contacts,
         CASE WHEN pg_temp.u(key, 63) < 0.075 * exp(-0.25 * mood)
              THEN 1 + (pg_temp.u(key, 64) < 0.15)::int ELSE 0 END AS reopened
  FROM opened
)
SELECT row_number() OVER (ORDER BY opened, key)::int AS ticket_id,
       id, key, m, mood, channel, prio, opened, greatest(contacts, 1) AS contacts,
       CASE WHEN NOT forgotten THEN response END AS response,
       CASE WHEN NOT forgotten AND pg_temp.u(key, 65) < 0.985
            THEN response + make_interval(secs => floor(3600
                 * CASE WHEN contacts <= 1 AND reopened = 0 THEN 0.3 ELSE (ARRAY[4.0, 10.0, 20.0, 34.0])[prio] END
                 * (1 + 1.5 * reopened) * (1 + 0.5 * shock) * exp(0.9 * pg_temp.n(key, 66)))) END AS resolution,
       reopened
FROM replied
WHERE opened < timestamp '2026-01-01';

INSERT INTO tickets
SELECT ticket_id, id, channel, (ARRAY['urgent', 'high', 'normal', 'low'])[prio],
       (ARRAY[interval '1 hour', interval '4 hours', interval '8 hours', interval '24 hours'])[prio],
       (ARRAY[interval '8 hours', interval '24 hours', interval '72 hours', interval '120 hours'])[prio],
       opened AT TIME ZONE 'UTC',
       CASE WHEN response < timestamp '2026-01-01' THEN response END AT TIME ZONE 'UTC',
       CASE WHEN resolution < timestamp '2026-01-01' THEN resolution END AT TIME ZONE 'UTC',
       CASE WHEN response < timestamp '2026-01-01' THEN contacts ELSE 0 END,
       CASE WHEN response < timestamp '2026-01-01' THEN reopened ELSE 0 END
FROM cases ORDER BY ticket_id;

-- ---------------------------------------------------------------------
-- ticket_states

CREATE TABLE ticket_states (
  ticket_id integer     NOT NULL,
  at        timestamptz NOT NULL,
  state     text        NOT NULL
);

-- From the answer to the resolution a ticket goes to the customer and back for every
-- contact after the first, and is solved too early as often as it is reopened.  One
-- that is never resolved stays where it is, mostly with the customer.
INSERT INTO ticket_states
WITH steps AS (
  SELECT ticket_id, key, response, coalesce(resolution, response + contacts * interval '20 hours') AS until,
         ARRAY['open'] || array_fill('turn'::text, ARRAY[contacts - 1]) || array_fill('return'::text, ARRAY[reopened])
         || CASE WHEN resolution IS NOT NULL THEN ARRAY['solved'] ELSE '{}' END AS turns,
         resolution IS NULL AND contacts > 1 AND pg_temp.u(key, 67) < 0.8 AS left_waiting
  FROM cases WHERE response IS NOT NULL
), states AS (
  SELECT ticket_id, key, response, until, left_waiting,
         ARRAY(SELECT s FROM unnest(turns) WITH ORDINALITY AS t (turn, n),
                      unnest(CASE turn WHEN 'turn' THEN ARRAY['waiting for the customer', 'open']
                                       WHEN 'return' THEN ARRAY['solved', 'reopened'] ELSE ARRAY[turn] END) WITH ORDINALITY AS u (s, k)
               ORDER BY n, k) AS states
  FROM steps
), placed AS (
  SELECT ticket_id, s AS state,
         -- the first at the answer, the last at the resolution, others about evenly between
         (response + (until - response) * CASE n WHEN 1 THEN 0 WHEN cardinality(states) THEN 1
                                               ELSE (n - 1 + 0.6 * (pg_temp.u(key * 32 + n, 68) - 0.5)) / (cardinality(states) - 1) END) AT TIME ZONE 'UTC' AS at
  FROM states, unnest(states) WITH ORDINALITY AS t (s, n)
  WHERE NOT (left_waiting AND n = cardinality(states))
)
SELECT ticket_id, at, state
FROM (SELECT ticket_id, opened AT TIME ZONE 'UTC' AS at, 'new' AS state FROM cases UNION ALL SELECT ticket_id, at, state FROM placed) AS s
WHERE at < timestamptz '2026-01-01 00:00+00'
ORDER BY ticket_id, at;

-- ---------------------------------------------------------------------
-- survey_responses

CREATE TABLE survey_responses (
  response_id  integer     NOT NULL,
  customer_id  integer     NOT NULL,
  ticket_id    integer    ,
  kind         text        NOT NULL,
  channel      text        NOT NULL,
  sent_at      timestamptz NOT NULL,
  responded_at timestamptz,
  day          date        NOT NULL,
  score        integer
);

INSERT INTO survey_responses
WITH invited AS (
  -- NPS: a month after the start, then every four months
  SELECT 'nps' AS kind, l.id * 64::bigint + l.m AS key, l.id, NULL::int AS ticket_id, l.mood, 0.0::double precision AS service,
         CASE WHEN pg_temp.u(l.id * 64::bigint + l.m, 71) < 0.75 THEN c.contact_channel
              ELSE (ARRAY['app', 'chat', 'email', 'phone'])[1 + (hashint8extended(l.id * 64::bigint + l.m, 72) & 3)] END AS channel,
         l.on_from + floor((l.on_to - l.on_from) * pg_temp.u(l.id * 64::bigint + l.m, 73))::int
         + make_interval(secs => 32400 + floor(28800 * pg_temp.u(l.id * 64::bigint + l.m, 74))) AS sent
  FROM life AS l JOIN customers AS c ON c.customer_id = l.id
  WHERE l.on_to > l.on_from
    AND ((l.m - (extract(year FROM l.first_on)::int * 12 + extract(month FROM l.first_on)::int - 24277)) % 4) = 1
  UNION ALL
  -- CSAT and CES: an hour or two after a ticket was resolved
  SELECT k.kind, t.key * 2 + (k.kind = 'ces')::int, t.id, t.ticket_id, t.mood,
         CASE WHEN t.response - t.opened > (ARRAY[interval '1 hour', interval '4 hours', interval '8 hours', interval '24 hours'])[t.prio]
              THEN -0.55 ELSE 0.15 END
         - 0.6 * least(t.reopened, 1) - 0.12 * least(t.contacts - 1, 4),
         t.channel,
         t.resolution + make_interval(secs => 600 + floor(7200 * pg_temp.u(t.key * 2 + (k.kind = 'ces')::int, 74)))
  FROM cases AS t CROSS JOIN (VALUES ('csat', 0.80), ('ces', 0.45)) AS k (kind, share)
  WHERE t.resolution IS NOT NULL AND pg_temp.u(t.key * 2 + (k.kind = 'ces')::int, 75) < k.share
), answered AS MATERIALIZED (
  SELECT *,
         CASE WHEN pg_temp.u(key, 76) < CASE channel WHEN 'phone' THEN 0.44 WHEN 'app' THEN 0.37 WHEN 'chat' THEN 0.31 ELSE 0.21 END
                                        * (0.9 + 0.12 * least(abs(mood), 2.5))
              -- most at once or the day after; one in 25 weeks later
              THEN sent + make_interval(secs => CASE WHEN channel = 'phone' THEN 240
                     WHEN pg_temp.u(key, 77) < 0.04 THEN 86400 * (21 + floor(55 * pg_temp.u(key, 78)))
                     ELSE floor(60 + 115000 * pg_temp.e(key, 79)) END)
         END AS responded,
         mood + service
         + CASE channel WHEN 'phone' THEN 0.30 WHEN 'chat' THEN 0.12 WHEN 'app' THEN 0.0 ELSE -0.25 END AS felt
  FROM invited
  WHERE sent < timestamp '2026-01-01'
), known AS (
  SELECT row_number() OVER (ORDER BY sent, kind COLLATE "C", key) AS response_id, key, id, ticket_id, kind, channel, sent,
         CASE WHEN responded < timestamp '2026-01-01' THEN responded END AS responded,
         CASE kind WHEN 'nps' THEN greatest(0, least(10, round(
                            nps - 0.8 * greatest(0, 6 - nps))))
                   WHEN 'csat' THEN greatest(1, least(5, round(4.05 + 0.55 * felt + 0.75 * pg_temp.n(key, 81))))
                   ELSE greatest(1, least(7, round(5.35 + 0.75 * felt + 1.1 * pg_temp.n(key, 82)))) END::int AS score
  FROM answered
  -- the angry give a 0 sooner than a 3
  CROSS JOIN LATERAL (SELECT 7.95 + 1.5 * felt + 1.3 * pg_temp.n(key, 80)) AS raw (nps)
)
SELECT response_id, id, ticket_id, kind, channel,
       sent AT TIME ZONE 'UTC', responded AT TIME ZONE 'UTC',
       coalesce(responded, sent)::date,
       CASE WHEN responded IS NOT NULL THEN score END
FROM known
-- one answer in 200 came in twice
CROSS JOIN LATERAL generate_series(1, CASE WHEN responded IS NOT NULL AND pg_temp.u(key, 83) < 0.005 THEN 2 ELSE 1 END) AS copy
ORDER BY response_id;

-- ---------------------------------------------------------------------
-- orders

CREATE TABLE orders (
  order_id     integer PRIMARY KEY,
  customer_id  integer       NOT NULL,
  kind         text          NOT NULL,
  refund_of    integer      ,
  amount       numeric(12,2) NOT NULL,
  ordered_at   timestamptz   NOT NULL,
  purchased_on date          NOT NULL
);

-- Three in four paying customers buy something once.  From then on each one
-- orders at an own rate (exponential over the customers, that is gamma with
-- shape 1, mean one order in 80 days) and after every order leaves the shop
-- for good with an own probability (beta with 1 and 4); half of the
-- customers draw that probability from their rank of satisfaction.
INSERT INTO orders
WITH buyers AS (
  SELECT t.id, t.segment,
         t.starts_on + floor(18 * pg_temp.e(t.id, 91))::int AS first_on,
         pg_temp.e(t.id, 92) / 80 AS rate,
         1 - (1 - CASE WHEN pg_temp.u(t.id, 93) < 0.5 THEN 1 - 1 / (1 + exp(-1.702 * pg_temp.n(t.id, 11)))
                       ELSE pg_temp.u(t.id, 94) END) ^ 0.25 AS leave,
         -- mean basket: gamma-gamma, shapes 4 (within) and 3.5 or so (between)
         CASE t.segment WHEN 'small' THEN 60 WHEN 'mid' THEN 140 ELSE 420 END
         / (pg_temp.e(t.id, 95) + pg_temp.e(t.id, 96) + pg_temp.e(t.id, 97) + pg_temp.e(t.id, 98)) AS scale
  FROM truth AS t
  WHERE t.starts_on IS NOT NULL AND pg_temp.u(t.id, 90) < 0.75
), bounded AS (
  SELECT *, least(floor(pg_temp.e(id, 99) / -ln(1 - leave + 1e-12)),
                  -- more than this will not fit into the time that is left
                  ceil(rate * (date '2026-01-01' - first_on) + 6 * sqrt(rate * (date '2026-01-01' - first_on)) + 6))::int AS repeats
  FROM buyers WHERE first_on < date '2026-01-01'
), purchases AS (
  SELECT id, k, scale, id * 1024::bigint + k AS key,
         -- hashes of neighbouring keys are not independent, hashes of hashes are
         first_on + floor(sum(CASE WHEN k = 0 THEN 0
                                   ELSE pg_temp.e(hashint8extended(id * 1024::bigint + k, 110), 100) / rate END)
                          OVER (PARTITION BY id ORDER BY k))::int AS day
  FROM bounded CROSS JOIN LATERAL generate_series(0, repeats) AS k
  WHERE repeats < 1000
), baskets AS MATERIALIZED (
  SELECT p.id, p.key * 4 + part AS key, p.day,
         greatest(1, round((p.scale * (1 + 0.12 * (extract(month FROM p.day) >= 11)::int)
           * (pg_temp.e(p.key * 4 + part, 101) + pg_temp.e(p.key * 4 + part, 102)
              + pg_temp.e(p.key * 4 + part, 103) + pg_temp.e(p.key * 4 + part, 104)))::numeric, 2)) AS amount,
         p.day::timestamp + make_interval(secs => 28800 + floor(39600 * pg_temp.u(p.key * 4 + part, 105))) AS at
  FROM purchases AS p
  -- one day in 16 sees a second order
  CROSS JOIN LATERAL generate_series(0, (pg_temp.u(p.key, 106) < 0.0625)::int) AS part
  WHERE p.day < date '2026-01-01'
), booked AS (
  SELECT id, key, 'order' AS kind, key AS order_key, amount, at FROM baskets
  UNION ALL
  -- one order in 25 goes back, a third of these in part
  SELECT id, key, 'refund', key,
         -CASE WHEN pg_temp.u(key, 108) < 0.33 THEN round(amount / 2, 2) ELSE amount END,
         at + make_interval(secs => floor(86400 * 6 * pg_temp.e(key, 109)))
  FROM baskets WHERE pg_temp.u(key, 107) < 0.04
), numbered AS (
  SELECT *, row_number() OVER (ORDER BY at, key, kind COLLATE "C") AS order_id
  FROM booked WHERE at < timestamp '2026-01-01'
)
SELECT order_id, id, kind,
       CASE WHEN kind = 'refund' THEN min(order_id) OVER (PARTITION BY order_key) END,
       amount, at AT TIME ZONE 'UTC', at::date
FROM numbered
ORDER BY order_id;

-- ---------------------------------------------------------------------
-- events

CREATE TABLE events (
  customer_id integer     NOT NULL,
  user_id     integer,
  at          timestamptz NOT NULL,
  kind        text        NOT NULL
);

-- One customer in twelve shares its usage.  A month brings sessions, more
-- of them the better the mood; a session is a burst of events.
INSERT INTO events
WITH spans AS (
  SELECT l.id, l.id * 64::bigint + l.m AS key, l.on_from, l.on_to, l.seats, l.mood, mo.usage
  FROM life AS l JOIN customers AS c ON c.customer_id = l.id JOIN months AS mo USING (m)
  WHERE c.shares_usage AND l.on_to > l.on_from
  UNION ALL
  -- the trial, whether it was a success or not
  SELECT t.id, t.id * 64::bigint + 60, t.joined_on, least(t.trial_ends, coalesce(t.starts_on, t.trial_ends), date '2026-01-01'),
         t.seats, t.base + CASE WHEN t.starts_on IS NULL THEN -0.8 ELSE 0.3 END, 1.0
  FROM truth AS t JOIN customers AS c ON c.customer_id = t.id
  WHERE c.shares_usage AND t.tries
), sessions AS MATERIALIZED (
  SELECT s.id, s.key * 256 + k AS key, s.on_from, s.on_to, s.seats,
         s.on_from + floor((s.on_to - s.on_from) * pg_temp.u(s.key * 256 + k, 121))::int AS day
  FROM spans AS s
  CROSS JOIN LATERAL generate_series(1, least(250, floor(
      3.6 * least(s.seats, 9) ^ 0.55 * exp(0.38 * s.mood) * s.usage
      * (s.on_to - s.on_from) / 30.0 * (0.55 + 0.45 * pg_temp.e(s.key, 122))))::int) AS k
), placed AS MATERIALIZED (
  SELECT id, key, on_from,
         id * 10 + floor(least(seats, 9) * pg_temp.u(key, 123) ^ 1.6)::int AS user_id,
         -- three in four weekend sessions happen on a working day instead
         (CASE WHEN extract(isodow FROM day) > 5 AND pg_temp.u(key, 124) < 0.75
               THEN CASE WHEN day - 6 >= on_from
                         THEN day - (extract(isodow FROM day)::int - 5) - floor(5 * pg_temp.u(key, 125))::int ELSE day END
               ELSE day END)::timestamp
         + make_interval(secs => floor(3600 * (6.5 + 6.5 * (pg_temp.u(key, 126) + pg_temp.u(key, 127))))) AS start,
         least(40, floor(3.1 * pg_temp.e(key, 128)))::int AS clicks,
         8 + floor(170 * pg_temp.u(key, 129) ^ 2) AS pace,
         pg_temp.u(key, 130) < 0.006 AS to_the_limit
  FROM sessions
)
SELECT id,
       -- before the login nobody is known, and some stay so
       CASE WHEN (j = 0 AND pg_temp.u(key, 131) < 0.05) OR pg_temp.u(key, 132) < 0.008 THEN NULL ELSE user_id END,
       -- a few users come back after half an hour to the second
       (start + make_interval(secs => CASE WHEN to_the_limit THEN j * 1800
            ELSE floor(j * pace + pace * 0.9 * pg_temp.u(key * 64 + j, 133)) END)) AT TIME ZONE 'UTC' AS at,
       CASE WHEN j = 0 THEN 'login'
            ELSE (ARRAY['view', 'view', 'view', 'view', 'edit', 'edit', 'search', 'share'])[1 + (hashint8extended(key * 64 + j, 134) & 7)] END
FROM placed CROSS JOIN LATERAL generate_series(0, CASE WHEN to_the_limit THEN least(clicks, 3) ELSE clicks END) AS j
WHERE start >= on_from AND start < timestamp '2025-12-31 20:00'
ORDER BY at, id, user_id;

-- ---------------------------------------------------------------------
-- signals

CREATE TABLE signals (
  customer_id integer      NOT NULL,
  measured_on date         NOT NULL,
  signal      text         NOT NULL,
  value       numeric(9,1),
  score       numeric(4,1),
  weight      smallint     NOT NULL
);

-- What an account manager knows of a paying customer at the end of a
-- quarter.  Tickets, NPS and seats come from the tables above; the rest is
-- seen through fog, or not at all.
INSERT INTO signals
WITH paying AS (
  SELECT l.id, l.m, l.id * 64::bigint + l.m AS key, l.mood, l.seats, mo.next_first - 1 AS day, c.segment,
         b.seats AS seats_before
  FROM life AS l JOIN months AS mo USING (m) JOIN customers AS c ON c.customer_id = l.id
  LEFT JOIN life AS b ON b.id = l.id AND b.m = l.m - 3 AND b.status = 'on'
  WHERE l.m IN (23, 26, 29, 32, 35) AND l.status = 'on'
), trouble AS (
  SELECT customer_id AS id, 23 + 3 * q AS m, count(*) AS tickets
  FROM tickets
  JOIN generate_series(0, 4) AS q
    ON opened_at >= (timestamp '2024-10-01' + make_interval(months => 3 * q)) AT TIME ZONE 'UTC'
   AND opened_at < (timestamp '2025-01-01' + make_interval(months => 3 * q)) AT TIME ZONE 'UTC'
  GROUP BY 1, 2
), voice AS (
  SELECT DISTINCT ON (customer_id, q) customer_id AS id, 23 + 3 * q AS m, score
  FROM survey_responses
  JOIN generate_series(0, 4) AS q
    ON day >= (date '2024-07-01' + make_interval(months => 3 * q)) AND day < (date '2025-01-01' + make_interval(months => 3 * q))
  WHERE kind = 'nps' AND score IS NOT NULL
  ORDER BY customer_id, q, responded_at DESC, response_id DESC
), measured AS MATERIALIZED (
  SELECT p.id, p.day, p.key, p.mood, p.segment,
         100.0 * (p.seats - p.seats_before) / p.seats_before AS growth,
         coalesce(t.tickets, 0) AS tickets, v.score AS nps,
         -- working days of the last 20 with a login
         greatest(0, least(20, round(11 + 3.6 * p.mood + 2.6 * pg_temp.n(p.key, 141))))::int AS active_days,
         -- days that the last invoices were overdue
         greatest(0, round(9 - 5 * p.mood + 9 * pg_temp.n(p.key, 142)))::int AS overdue,
         -- growth of the customer's staff, percent a year, and its own churn
         round((4 + 1.5 * pg_temp.n(p.id, 11) + 9 * pg_temp.n(p.key, 143))::numeric, 1) AS hiring,
         greatest(0, round((3.5 - 0.5 * pg_temp.n(p.id, 11) + 1.6 * pg_temp.n(p.key, 144))::numeric, 1)) AS own_churn
  FROM paying AS p LEFT JOIN trouble AS t USING (id, m) LEFT JOIN voice AS v USING (id, m)
)
SELECT m.id, m.day, s.signal, s.value,
       -- least(100, NULL) would be 100: an unknown signal must stay unknown
       CASE WHEN s.score IS NOT NULL THEN greatest(0, least(100, round(s.score::numeric, 1))) END,
       s.weight
FROM measured AS m
CROSS JOIN LATERAL (VALUES
  (1, 'financial state', overdue::numeric, 100 - 2.5 * overdue, 15,
   pg_temp.u(key, 145) < CASE segment WHEN 'small' THEN 0.30 WHEN 'mid' THEN 0.15 ELSE 0.05 END),
  (2, 'user growth', growth, 60 + 1.6 * growth, 10, growth IS NULL),
  (3, 'hiring', hiring, 50 + 3 * hiring, 5, pg_temp.u(key, 146) < CASE segment WHEN 'small' THEN 0.70 ELSE 0.30 END),
  (4, 'product usage', active_days, 5.0 * active_days, 30, pg_temp.u(key, 147) < 0.06),
  (5, 'tickets', tickets, 100 - 18.0 * tickets, 15, false),
  (6, 'nps', nps, 10.0 * nps, 20, nps IS NULL),
  (7, 'own churn', own_churn, 100 - 12 * own_churn, 5, pg_temp.u(key, 148) < 0.65)
) AS t (place, signal, raw, points, weight, unknown)
CROSS JOIN LATERAL (SELECT t.signal, CASE WHEN NOT unknown THEN raw END, CASE WHEN NOT unknown THEN points END, t.weight)
  AS s (signal, value, score, weight)
ORDER BY m.day, m.id, t.place;

-- ---------------------------------------------------------------------
-- Keys that would slow down the inserts, comments, statistics

ALTER TABLE subscriptions ADD FOREIGN KEY (customer_id) REFERENCES customers;
ALTER TABLE trials ADD FOREIGN KEY (customer_id) REFERENCES customers;
ALTER TABLE tickets ADD FOREIGN KEY (customer_id) REFERENCES customers;
ALTER TABLE ticket_states ADD PRIMARY KEY (ticket_id, at);
ALTER TABLE ticket_states ADD FOREIGN KEY (ticket_id) REFERENCES tickets;
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;
ALTER TABLE orders ADD FOREIGN KEY (refund_of) REFERENCES orders;
ALTER TABLE events ADD FOREIGN KEY (customer_id) REFERENCES customers;
ALTER TABLE survey_responses ADD FOREIGN KEY (customer_id) REFERENCES customers;
ALTER TABLE survey_responses ADD FOREIGN KEY (ticket_id) REFERENCES tickets;
ALTER TABLE signals ADD PRIMARY KEY (customer_id, measured_on, signal);
ALTER TABLE signals ADD FOREIGN KEY (customer_id) REFERENCES customers;

COMMENT ON TABLE customers IS
  'Accounts: everyone who ever signed up, in the order of joining';
COMMENT ON COLUMN customers.customer_id IS '1, 2, ... in the order of joining';
COMMENT ON COLUMN customers.name IS 'made up; two customers may share one';
COMMENT ON COLUMN customers.segment IS 'small, mid or enterprise';
COMMENT ON COLUMN customers.acquired_by IS 'where the customer came from: search, ads, referral, partner, sales';
COMMENT ON COLUMN customers.contact_channel IS 'how it is mostly reached: app, chat, email, phone';
COMMENT ON COLUMN customers.joined_on IS 'first day: start of the trial, or signature';
COMMENT ON COLUMN customers.shares_usage IS 'true for one in twelve: only these have rows in events';
COMMENT ON TABLE trials IS
  'Free trials of 14 (small), 30 (mid) or 60 days (enterprise); large customers often sign without one';
COMMENT ON COLUMN trials.trial_id IS 'key';
COMMENT ON COLUMN trials.customer_id IS 'the account that tries';
COMMENT ON COLUMN trials.started_on IS 'first day';
COMMENT ON COLUMN trials.trial_ends IS 'day on which the trial ends; after 2025-12-31 for trials still open';
COMMENT ON COLUMN trials.converted_at IS 'day of the first subscription: before, on or (late) after trial_ends; NULL if not (yet) converted';
COMMENT ON TABLE subscriptions IS
  'Paid subscriptions, a row for every product, number of seats and price; a change closes one row and opens the next on the same day';
COMMENT ON COLUMN subscriptions.subscription_id IS 'key, in the order of starts_on';
COMMENT ON COLUMN subscriptions.customer_id IS 'who pays';
COMMENT ON COLUMN subscriptions.product IS 'Starter, Team, Business (one of them at a time); Support Plus, Data Feed, Archive run beside it';
COMMENT ON COLUMN subscriptions.seats IS 'users paid for';
COMMENT ON COLUMN subscriptions.price IS 'per billing interval, whole subscription, without tax';
COMMENT ON COLUMN subscriptions.billing_interval IS '7 days, 1 month, 3 months or 1 year';
COMMENT ON COLUMN subscriptions.starts_on IS 'first day';
COMMENT ON COLUMN subscriptions.ends_on IS 'first day without it (half-open); NULL while it runs; equal to starts_on where the wrong plan was put right on the same day';
COMMENT ON COLUMN subscriptions.end_reason IS 'cancelled, paused, upgrade, downgrade, price change, corrected; NULL while it runs';
COMMENT ON TABLE orders IS
  'One-off purchases (training, templates, hardware) and their refunds; open to former customers too';
COMMENT ON COLUMN orders.order_id IS 'key, in the order of time';
COMMENT ON COLUMN orders.customer_id IS 'who bought';
COMMENT ON COLUMN orders.kind IS 'order or refund';
COMMENT ON COLUMN orders.refund_of IS 'the order that a refund belongs to';
COMMENT ON COLUMN orders.amount IS 'positive for an order, negative for a refund (of all or half)';
COMMENT ON COLUMN orders.ordered_at IS 'when booked';
COMMENT ON COLUMN orders.purchased_on IS 'day of ordered_at in UTC';
COMMENT ON TABLE tickets IS
  'Requests to the service team';
COMMENT ON COLUMN tickets.ticket_id IS 'key, in the order of opening';
COMMENT ON COLUMN tickets.customer_id IS 'who asks';
COMMENT ON COLUMN tickets.channel IS 'app, chat, email, phone';
COMMENT ON COLUMN tickets.priority IS 'urgent, high, normal, low';
COMMENT ON COLUMN tickets.response_target IS 'first response promised within 1, 4, 8 or 24 hours';
COMMENT ON COLUMN tickets.resolution_target IS 'resolution promised within 8, 24, 72 or 120 hours';
COMMENT ON COLUMN tickets.opened_at IS 'when it came in';
COMMENT ON COLUMN tickets.first_response_at IS 'first human answer; NULL while unanswered, and for the forgotten ones for ever';
COMMENT ON COLUMN tickets.resolved_at IS 'last resolution; NULL while open';
COMMENT ON COLUMN tickets.contacts IS 'exchanges it took (1 = solved at first contact), 0 while unanswered';
COMMENT ON COLUMN tickets.reopened IS 'how often the customer came back with it';
COMMENT ON TABLE ticket_states IS
  'Every change of a ticket from state to state';
COMMENT ON COLUMN ticket_states.ticket_id IS 'whose';
COMMENT ON COLUMN ticket_states.at IS 'from when on';
COMMENT ON COLUMN ticket_states.state IS 'new, open, waiting for the customer, solved, reopened';
COMMENT ON TABLE survey_responses IS
  'Invitations to surveys and their answers. No key: one answer in 200 is there twice, exactly alike';
COMMENT ON COLUMN survey_responses.response_id IS 'the invitation; twice for a duplicate';
COMMENT ON COLUMN survey_responses.customer_id IS 'who was asked';
COMMENT ON COLUMN survey_responses.ticket_id IS 'the ticket that csat and ces ask about; NULL for nps';
COMMENT ON COLUMN survey_responses.kind IS 'nps (0-10, a month after the start, then every four months), csat (1-5) and ces (1-7, high is easy) after a ticket';
COMMENT ON COLUMN survey_responses.channel IS 'app, chat, email, phone';
COMMENT ON COLUMN survey_responses.sent_at IS 'when asked';
COMMENT ON COLUMN survey_responses.responded_at IS 'when answered, for one answer in 25 weeks later; NULL if not';
COMMENT ON COLUMN survey_responses.day IS 'the day that the row counts for, in UTC: of the answer, else of the invitation';
COMMENT ON COLUMN survey_responses.score IS 'the answer; NULL if there is none';
COMMENT ON TABLE events IS
  'Usage of the one customer in twelve that shares it: about 1.2 million clicks, in the order of time';
COMMENT ON COLUMN events.customer_id IS 'the account';
COMMENT ON COLUMN events.user_id IS 'a user of it; NULL before the login and for some who never log in';
COMMENT ON COLUMN events.at IS 'when';
COMMENT ON COLUMN events.kind IS 'login, view, edit, search, share';
COMMENT ON TABLE signals IS
  'What is known of a paying customer at the end of each of the last five quarters, for a health score';
COMMENT ON COLUMN signals.customer_id IS 'the account';
COMMENT ON COLUMN signals.measured_on IS 'last day of the quarter; nothing after it has gone in';
COMMENT ON COLUMN signals.signal IS 'financial state, user growth, hiring, product usage, tickets, nps, own churn';
COMMENT ON COLUMN signals.value IS 'as measured: days overdue, percent, percent a year, active days of 20, tickets of the quarter, last NPS answer of six months, percent a month; NULL if unknown';
COMMENT ON COLUMN signals.score IS 'value on 0..100, 100 is best; NULL if unknown';
COMMENT ON COLUMN signals.weight IS 'weight in the health score; 100 over all signals';

ANALYZE customers, trials, subscriptions, orders, tickets, ticket_states, survey_responses, events, signals;
COMMIT;
