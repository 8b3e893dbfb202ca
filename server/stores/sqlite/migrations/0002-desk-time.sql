-- The desk's own time of a message, in milliseconds since 1970. A desk that was restored from a backup gives its ids
-- again: a known id with another time is another message. Null in older rows, and for what we wrote: any time will do.
ALTER TABLE desk_message ADD COLUMN at INTEGER;
