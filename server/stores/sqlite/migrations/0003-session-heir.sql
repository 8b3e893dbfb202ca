-- The token that went on after this one. Another that was handed out for it is good for nothing from then on.
ALTER TABLE session ADD COLUMN heir TEXT;
