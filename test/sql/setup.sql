--
-- What the other tests use: run it first
--

-- What an error says, all of it; the location would differ between versions.
CREATE FUNCTION error_of(query text, OUT code text,
	OUT message text, OUT detail text, OUT hint text)
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE query;
	message := 'no error';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE,
		message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
		hint = PG_EXCEPTION_HINT;
END
$$;

-- What an error says, in lines.
CREATE FUNCTION failure(query text) RETURNS SETOF text
LANGUAGE sql AS $$
	SELECT line
	FROM error_of(query) e,
		LATERAL (VALUES (1, concat_ws(' ', code, message)),
			(2, 'detail: ' || nullif(detail, '')),
			(3, 'hint: ' || nullif(hint, ''))) AS lines(i, line)
	WHERE line IS NOT NULL
	ORDER BY i
$$;

-- A pseudo-random number 0..n-1, the same on every machine.
CREATE FUNCTION pick(i bigint, seed bigint, n bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE AS
$$ SELECT (hashint8extended(i, seed) & 9223372036854775807) % n $$;

CREATE FUNCTION pick(i bigint, seed bigint, n integer) RETURNS integer
LANGUAGE sql IMMUTABLE AS
$$ SELECT pick(i, seed, n::bigint)::integer $$;

-- Text with what is not ASCII as bytes: whatever the encoding of the database
-- and the client, the output is the same.
CREATE FUNCTION ascii_of(t text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT encode(convert_to(t, 'UTF8'), 'escape') $$;
