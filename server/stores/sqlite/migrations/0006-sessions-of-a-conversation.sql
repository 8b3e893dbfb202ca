-- What is removed goes with its sessions: without an index each removal would look through all of them.
CREATE INDEX session_by_conversation ON session (conversation);
