-- When a milestone was announced, so that the journal can be read as it stood at a moment.
ALTER TABLE core.milestone ADD COLUMN announced_at timestamptz NOT NULL DEFAULT now();
