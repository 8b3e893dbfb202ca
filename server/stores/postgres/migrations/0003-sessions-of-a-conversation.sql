-- A conversation is taken away with its sessions: without an index each time would look through all of them.
CREATE INDEX session_by_conversation ON session (conversation);
