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

-- What is left of a customer's purchases when refunds are applied, a row a day:
-- the definition in docs/value.md, word by word and slowly, over the rows up to
-- as_of.
CREATE FUNCTION purchases_left(amounts numeric[], days date[], as_of date DEFAULT 'infinity')
RETURNS TABLE (day date, spent numeric, purchases bigint)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	d date[]; s numeric[]; n bigint[]; gone boolean[];
	rd date[]; ra numeric[]; taken numeric;
BEGIN
	-- purchases, and refunds, by day; the newest first
	SELECT array_agg(x.day ORDER BY x.day DESC), array_agg(x.sum ORDER BY x.day DESC), array_agg(x.count ORDER BY x.day DESC), array_agg(false)
	INTO d, s, n, gone
	FROM (SELECT u.day, sum(amount), count(*) FROM unnest(amounts, days) AS u(amount, day)
		WHERE amount >= 0 AND u.day <= as_of GROUP BY 1) AS x;
	SELECT array_agg(x.day ORDER BY x.day), array_agg(-x.sum ORDER BY x.day)
	INTO rd, ra
	FROM (SELECT u.day, sum(amount) FROM unnest(amounts, days) AS u(amount, day)
		WHERE amount < 0 AND u.day <= as_of GROUP BY 1) AS x;
	-- a refund that equals the sum of a day on or before it cancels the newest such day
	FOR r IN 1 .. coalesce(cardinality(rd), 0) LOOP
		FOR i IN 1 .. coalesce(cardinality(d), 0) LOOP
			IF d[i] <= rd[r] AND s[i] = ra[r] AND NOT gone[i] THEN
				gone[i] := true;
				ra[r] := 0;
				EXIT;
			END IF;
		END LOOP;
	END LOOP;
	-- any other reduces the newest day on or before its own, then the one before
	FOR r IN 1 .. coalesce(cardinality(rd), 0) LOOP
		FOR i IN 1 .. coalesce(cardinality(d), 0) LOOP
			IF d[i] <= rd[r] AND NOT gone[i] AND s[i] > 0 AND ra[r] > 0 THEN
				taken := least(s[i], ra[r]);
				s[i] := s[i] - taken;
				ra[r] := ra[r] - taken;
				gone[i] := s[i] = 0;
			END IF;
		END LOOP;
	END LOOP;
	RETURN QUERY SELECT x.day, x.spent, x.purchases FROM unnest(d, s, n, gone) AS x(day, spent, purchases, gone)
		WHERE NOT x.gone ORDER BY 1;
END
$$;

-- how many rows of a kept summary and of its definition have no equal in the other
CREATE FUNCTION kept_differs(kept text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	columns text;
	result bigint;
BEGIN
	SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
	FROM pg_attribute WHERE attrelid = to_regclass(kept || '_definition') AND attnum > 0;
	EXECUTE format('SELECT count(*) FROM ((SELECT %1$s FROM %2$s_definition EXCEPT ALL SELECT %1$s FROM %2$s)
		UNION ALL (SELECT %1$s FROM %2$s EXCEPT ALL SELECT %1$s FROM %2$s_definition)) AS d', columns, kept) INTO result;
	RETURN result;
END $$;
