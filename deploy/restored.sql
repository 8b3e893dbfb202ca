-- After a dump of the database was restored, and before a relay starts on it:
--   psql "$DATABASE_URL" -f deploy/restored.sql
-- It does what `npm run baton -- restore` does for a file. Each conversation's log gets another identity, so that browsers
-- that have read more than there is now read it anew; and what visitors and bots said since the dump is taken from
-- Chatwoot.
BEGIN;
UPDATE conversation SET log = replace(gen_random_uuid()::text, '-', '');
INSERT INTO setting (name, value)
  SELECT 'restored',
    json_build_object('from', coalesce(max(updated_at), 0), 'to', floor(extract(epoch FROM now()) * 1000))::text
  FROM conversation
  ON CONFLICT (name) DO UPDATE SET value = excluded.value;
COMMIT;
