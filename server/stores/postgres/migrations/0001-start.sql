-- Times are milliseconds since 1970. What is JSON here is text, plain data to the store: it looks into none of it, and
-- visitors may write a NUL, which no column of PostgreSQL holds unless it is escaped. `conversation` in the other tables
-- is the short number. It is no foreign key: it is taken from `conversation` in the same statement.

-- One small row that each decision changes where it is: there is room beside it, and no index on what changes each time.
CREATE TABLE conversation (
  num        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id         text   COLLATE "C" NOT NULL UNIQUE,
  site       text   NOT NULL,
  visitor    text   NOT NULL,
  log        text   NOT NULL,
  version    bigint NOT NULL,
  seq        bigint NOT NULL,
  -- How far others have got in the log.
  spoke      bigint NOT NULL,
  for_desk   bigint NOT NULL,
  told       bigint NOT NULL,
  telling    text,
  -- The group of decisions that changed it last: tells what became of one whose answer was lost with its connection.
  stamp      uuid   NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  -- The same in whole minutes, for the index: not every word moves it.
  active     int    NOT NULL
) WITH (fillfactor = 75);
CREATE INDEX conversation_by_change ON conversation (active);

-- Apart, since most words do not change it.
CREATE TABLE state (
  conversation bigint PRIMARY KEY,
  body         text   NOT NULL
) WITH (fillfactor = 75);

-- Events in their order. A message brings its words: its id is the sender's, and where a request brought it, `hash` says
-- what was asked. Another event has its JSON in `body`. Rows without a number are the proof of requests that brought no
-- message; the number that they were answered with is in `body`.
CREATE TABLE log (
  conversation bigint  NOT NULL,
  seq          bigint,
  id           text    COLLATE "C",
  hash         text,
  at           bigint  NOT NULL,
  deleted      boolean NOT NULL DEFAULT false,
  author       text,
  words        text,
  body         text,
  CONSTRAINT log_by_number UNIQUE (conversation, seq),
  CONSTRAINT log_by_id UNIQUE (conversation, id)
);

CREATE TABLE session (
  hash         text   COLLATE "C" PRIMARY KEY,
  conversation bigint NOT NULL,
  site         text   NOT NULL,
  created_at   bigint NOT NULL,
  expires_at   bigint NOT NULL,
  heir         text
);

-- `num` is the order: made of the version of the conversation and a place within the decision, so that none is given
-- twice.
CREATE TABLE work (
  conversation bigint NOT NULL,
  num          bigint NOT NULL,
  id           text   NOT NULL,
  after        bigint NOT NULL,
  task         text   NOT NULL,
  status       text   NOT NULL CHECK (status IN ('ready', 'sending', 'unknown')),
  not_before   bigint NOT NULL,
  attempts     int    NOT NULL,
  sent_at      bigint,
  PRIMARY KEY (conversation, num)
);

CREATE TABLE desk_thread (
  conversation bigint NOT NULL,
  round        int    NOT NULL,
  home         text   COLLATE "C" NOT NULL,
  source       text   COLLATE "C" NOT NULL UNIQUE,
  number       bigint,
  cursor       bigint NOT NULL,
  takes_after  bigint,
  ref          text,
  PRIMARY KEY (conversation, round)
);
CREATE INDEX desk_thread_by_number ON desk_thread (home, number);

-- `at` is the desk's own time of a message: a desk that was restored from a backup gives its ids again, and a known id
-- with another time is another message. Null for what we wrote: any time will do.
CREATE TABLE desk_message (
  conversation bigint NOT NULL,
  round        int    NOT NULL,
  desk_id      bigint NOT NULL,
  message      text,
  key          text,
  at           bigint,
  PRIMARY KEY (conversation, round, desk_id)
);

CREATE TABLE setting (
  name  text COLLATE "C" PRIMARY KEY,
  value text NOT NULL
);
