-- Relays that share these tables. A node has its leases for as long as it says so again in time; all times are the
-- database's own.
CREATE TABLE node (
  id    text COLLATE "C" PRIMARY KEY,
  until timestamptz NOT NULL
);

-- `fence` grows each time that another node takes it: a decision under an older number is refused.
CREATE TABLE lease (
  name  text COLLATE "C" PRIMARY KEY,
  node  text,
  fence bigint NOT NULL
);

-- What limits count across nodes. Losing it does no harm.
CREATE UNLOGGED TABLE spent (
  what  text COLLATE "C" PRIMARY KEY,
  times int         NOT NULL,
  until timestamptz NOT NULL
);
CREATE INDEX spent_until ON spent (until);
