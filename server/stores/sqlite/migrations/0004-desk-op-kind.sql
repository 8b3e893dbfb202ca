-- What waits for the desk says what it is to a decision (`kind`, `ownership`, `handoff`); before, that was read off the
-- names of Chatwoot's steps, which stay as they are.
UPDATE work SET task = json_set(task, '$.op.kind', CASE json_extract(task, '$.op.step')
    WHEN 'begin' THEN 'begin'
    WHEN 'say' THEN 'say'
    WHEN 'note' THEN 'note'
    WHEN 'heal' THEN 'clearFailure'
    ELSE 'change'
  END)
  WHERE json_extract(task, '$.lane') = 'desk';
UPDATE work SET task = json_set(task, '$.op.ownership', json('true'))
  WHERE json_extract(task, '$.op.kind') = 'change' AND json_extract(task, '$.op.step') <> 'describe';
UPDATE work SET task = json_set(task, '$.op.handoff', CASE json_extract(task, '$.op.step')
    WHEN 'clear' THEN 'begins'
    WHEN 'open' THEN 'opens'
    ELSE 'ends'
  END)
  WHERE json_extract(task, '$.op.kind') = 'change'
    AND (json_extract(task, '$.op.step') IN ('open', 'check') OR json_extract(task, '$.op.unlessTaken'));
