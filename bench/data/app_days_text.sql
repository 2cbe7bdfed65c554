-- The events of app_days.sql, whose users have texts as ids.
CREATE UNLOGGED TABLE app_days_text
(
	user_id text NOT NULL,
	day date NOT NULL
);

INSERT INTO app_days_text
SELECT 'user-' || lpad(user_id::text, 8, '0'), day FROM app_days;

VACUUM ANALYZE app_days_text;
