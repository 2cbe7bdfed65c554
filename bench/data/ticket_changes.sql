-- 200,000 tickets over two years, each opened once and, but for one in thirty,
-- closed after some days; and the same as changes of state.
CREATE UNLOGGED TABLE closed_tickets
(
	ticket_id bigint NOT NULL,
	opened timestamptz NOT NULL,
	closed timestamptz
);

INSERT INTO closed_tickets
SELECT i, opened, CASE WHEN h2 % 30 > 0 THEN opened + make_interval(secs => ceil(-ln((h1 + 0.5) / 4294967296.0) * 3 * 86400)) END
FROM generate_series(0, (200000 * :scale)::bigint - 1) AS i,
     -- Knuth's multiplicative hash: the same rows on every machine
     LATERAL (SELECT i * 2654435761 & 4294967295, (i * 2246822519 & 4294967295) >> 12) AS hash (h1, h2),
     LATERAL (SELECT timestamptz '2024-01-01 00:00+00' + make_interval(secs => (h2 * 7919 + i) % (700 * 86400))) AS o (opened);

CREATE UNLOGGED TABLE ticket_changes AS
SELECT ticket_id, at, state
FROM closed_tickets, LATERAL (VALUES (opened, 'open'), (closed, 'closed')) AS c (at, state)
WHERE at IS NOT NULL
ORDER BY at;

VACUUM ANALYZE closed_tickets, ticket_changes;
