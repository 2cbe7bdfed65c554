-- Five million events of 200,000 users over two months, five steps, the first ones
-- more often than the last ones; stored as they came in.
CREATE UNLOGGED TABLE journey_steps
(
	user_id integer NOT NULL,
	at timestamptz NOT NULL,
	step text NOT NULL
);

INSERT INTO journey_steps
SELECT (i * 2654435761 & 4294967295) % (200000 * :scale)::bigint,
       timestamptz '2025-01-01 00:00+00' + i * 5184000 / (5000000 * :scale)::bigint * interval '1 second',
       (ARRAY['visit', 'visit', 'visit', 'visit', 'visit', 'visit', 'visit', 'visit', 'visit', 'sign-up', 'sign-up', 'sign-up', 'sign-up',
              'trial', 'trial', 'trial', 'paid', 'paid', 'expanded', 'expanded'])[1 + (hashint8(i) & 1048575) % 20]
FROM generate_series(0, (5000000 * :scale)::bigint - 1) AS i;

VACUUM ANALYZE journey_steps;
