-- One row a word. What was a message, its place in the log and the receipt of its request is one row now, and what the desk
-- and the bot have had is told by numbers of the log beside the conversation, in place of a row of work for each word.

-- The only place with the words of a conversation. Rows are appended and blanked in place, and so never moved: nothing is
-- left of them elsewhere. That is why this table has its rows in order of insertion, unlike most others.
-- A message has an author. Any other event has a body: JSON. A request that brought no message has no number: its body
-- says which one it was answered with. `id` is the message's or the request's, so that neither is there twice.
CREATE TABLE log (
  num          INTEGER PRIMARY KEY,
  conversation INTEGER NOT NULL,
  seq          INTEGER,
  id           TEXT,
  hash         TEXT,
  at           INTEGER NOT NULL,
  deleted      INTEGER NOT NULL DEFAULT 0,
  author       TEXT,
  text         TEXT,
  choices      TEXT,
  files        TEXT,
  body         TEXT,
  UNIQUE (conversation, seq),
  UNIQUE (conversation, id),
  CHECK ((author IS NULL) <> (body IS NULL))
) STRICT;

INSERT INTO log (conversation, seq, id, hash, at, deleted, author, text, choices, files, body)
  SELECT e.conversation, e.seq, e.message, r.hash, coalesce(m.at, json_extract(e.body, '$.at')), coalesce(m.deleted, 0),
      m.author, m.text, m.choices, m.files, e.body
    FROM event AS e
    LEFT JOIN message AS m ON m.conversation = e.conversation AND m.id = e.message
    LEFT JOIN receipt AS r ON r.conversation = e.conversation AND r.id = e.message
    ORDER BY e.conversation, e.seq;
INSERT INTO log (conversation, id, hash, at, body)
  SELECT r.conversation, r.id, r.hash, r.at, json_object('seq', r.seq)
    FROM receipt AS r
    WHERE NOT EXISTS (SELECT 1 FROM message AS m WHERE m.conversation = r.conversation AND m.id = r.id);

DROP TABLE event;
DROP TABLE receipt;
DROP TABLE message;

-- What changes with each word is small; the state, which mostly does not, has a table of its own.
CREATE TABLE state (
  conversation INTEGER PRIMARY KEY,
  json         TEXT NOT NULL
) STRICT;

-- Nothing was asked of the bot, and is not answered by anybody, but what these lists say: they stay lists, and numbers
-- begin behind them.
INSERT INTO state (conversation, json)
  SELECT c.num, json_remove(
      json_set(c.state,
        '$.answered', c.seq,
        '$.alsoOpen', (SELECT json_group_array(value) FROM (
            SELECT value FROM json_each(c.state, '$.queued')
            UNION ALL
            SELECT value FROM json_each(c.state, '$.bot.unanswered')))),
      '$.queued', '$.bot.unanswered', '$.bot.turn', '$.lastWords')
    FROM conversation AS c;
UPDATE work SET task = json_object(
    'lane', 'bot',
    'turn', json_extract(task, '$.turn'),
    'epoch', json_extract(task, '$.epoch'),
    'from', (SELECT seq FROM conversation WHERE num = work.conversation),
    'upTo', (SELECT seq FROM conversation WHERE num = work.conversation),
    'also', json(coalesce(json_extract(task, '$.messages'), '[]')))
  WHERE json_extract(task, '$.lane') = 'bot';

-- Words that wait for the desk stay rows, with the keys under which it may have them already. All that is said from now on
-- comes after them: 0 is before every number.
ALTER TABLE work ADD COLUMN after INTEGER NOT NULL DEFAULT 0;
ALTER TABLE work DROP COLUMN lease_owner;
ALTER TABLE work DROP COLUMN lease_until;
ALTER TABLE work DROP COLUMN fence;

ALTER TABLE desk_thread ADD COLUMN takes_after INTEGER;
UPDATE desk_thread SET takes_after = c.seq
  FROM conversation AS c
  WHERE c.num = desk_thread.conversation AND desk_thread.round = json_extract(c.state, '$.round');

-- `active` is `updated_at` in whole minutes: an index that not every word moves.
CREATE TABLE new_conversation (
  num        INTEGER PRIMARY KEY,
  id         TEXT    NOT NULL UNIQUE,
  site       TEXT    NOT NULL,
  visitor    TEXT    NOT NULL,
  log        TEXT    NOT NULL,
  version    INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  spoke      INTEGER NOT NULL DEFAULT 0,
  for_desk   INTEGER NOT NULL DEFAULT 0,
  told       INTEGER NOT NULL DEFAULT 0,
  telling    TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  active     INTEGER NOT NULL
) STRICT;
INSERT INTO new_conversation
  SELECT c.num, c.id, c.site, c.visitor, c.log, c.version, c.seq,
      coalesce((SELECT max(seq) FROM log WHERE conversation = c.num AND json_extract(author, '$.kind') = 'visitor'), 0),
      c.seq, c.seq, NULL, c.created_at, c.updated_at, c.updated_at / 60000
    FROM conversation AS c;
DROP TABLE conversation;
ALTER TABLE new_conversation RENAME TO conversation;
CREATE INDEX conversation_by_change ON conversation (active);
