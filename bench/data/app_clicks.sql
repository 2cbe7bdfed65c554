-- Five million events of 200,000 users, stored as they came in, in bursts: half of
-- the gaps of a user are minutes, the others hours.
CREATE UNLOGGED TABLE app_clicks
(
	user_id integer NOT NULL,
	at timestamp NOT NULL
);

INSERT INTO app_clicks
SELECT (i * 2654435761 & 4294967295) % (200000 * :scale)::bigint,
       timestamp '2025-01-01' + (i / (500000 * :scale)::bigint * 86400
                                 + i % (500000 * :scale)::bigint * 7200 / (500000 * :scale)::bigint) * interval '1 second'
FROM generate_series(0, (5000000 * :scale)::bigint - 1) AS i;

VACUUM ANALYZE app_clicks;
