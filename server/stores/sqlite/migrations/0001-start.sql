-- Times are milliseconds since 1970. What is JSON here is plain data to the store: it looks into none of it.
-- `conversation` in the other tables is the short number: it keeps their keys small and one conversation's rows together.
-- It is no foreign key, because the writer takes it from `conversation` in the same transaction, and checking it again
-- at each row was a tenth of its work.

CREATE TABLE conversation (
  num        INTEGER PRIMARY KEY,
  id         TEXT    NOT NULL UNIQUE,
  site       TEXT    NOT NULL,
  visitor    TEXT    NOT NULL,
  log        TEXT    NOT NULL,
  version    INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  state      TEXT    NOT NULL
) STRICT;
CREATE INDEX conversation_by_change ON conversation (updated_at);

-- The only place with the words of a conversation. Rows are appended and blanked in place, and so never moved: nothing
-- is left of them elsewhere. That is why this table has its rows in order of insertion, unlike most others.
CREATE TABLE message (
  conversation INTEGER NOT NULL,
  id           TEXT    NOT NULL,
  at           INTEGER NOT NULL,
  deleted      INTEGER NOT NULL DEFAULT 0,
  author       TEXT    NOT NULL,
  text         TEXT    NOT NULL,
  choices      TEXT,
  files        TEXT,
  PRIMARY KEY (conversation, id)
) STRICT;

-- An event is a message's place in the log, or has a body of its own: JSON.
CREATE TABLE event (
  conversation INTEGER NOT NULL,
  seq          INTEGER NOT NULL,
  message      TEXT,
  body         TEXT,
  PRIMARY KEY (conversation, seq),
  FOREIGN KEY (conversation, message) REFERENCES message (conversation, id),
  CHECK ((message IS NULL) <> (body IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE receipt (
  conversation INTEGER NOT NULL,
  id           TEXT    NOT NULL,
  hash         TEXT    NOT NULL,
  seq          INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  PRIMARY KEY (conversation, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  hash         TEXT    PRIMARY KEY,
  conversation INTEGER NOT NULL,
  site         TEXT    NOT NULL,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- `num` is the order: made of the version of the conversation and a place within the commit, so that none is given
-- twice. The lease is for the day on which several relays share the work.
CREATE TABLE work (
  conversation INTEGER NOT NULL,
  num          INTEGER NOT NULL,
  id           TEXT    NOT NULL,
  status       TEXT    NOT NULL CHECK (status IN ('ready', 'sending', 'unknown')),
  not_before   INTEGER NOT NULL,
  attempts     INTEGER NOT NULL,
  sent_at      INTEGER,
  lease_owner  TEXT,
  lease_until  INTEGER,
  fence        INTEGER NOT NULL DEFAULT 0,
  task         TEXT    NOT NULL,
  PRIMARY KEY (conversation, num)
) STRICT, WITHOUT ROWID;

CREATE TABLE desk_thread (
  conversation INTEGER NOT NULL,
  round        INTEGER NOT NULL,
  home         TEXT    NOT NULL,
  source       TEXT    NOT NULL UNIQUE,
  number       INTEGER,
  cursor       INTEGER NOT NULL,
  ref          TEXT,
  PRIMARY KEY (conversation, round)
) STRICT, WITHOUT ROWID;
CREATE INDEX desk_thread_by_number ON desk_thread (home, number);

CREATE TABLE desk_message (
  conversation INTEGER NOT NULL,
  round        INTEGER NOT NULL,
  desk_id      INTEGER NOT NULL,
  message      TEXT,
  key          TEXT,
  PRIMARY KEY (conversation, round, desk_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
