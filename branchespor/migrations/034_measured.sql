-- Counts for operators' monitoring (`branchespor metrics`): nothing of a person.
CREATE VIEW core.events_unsent AS
    SELECT count(*) AS events FROM core.outbox WHERE sent_at IS NULL;
CREATE VIEW core.persons_held AS SELECT count(*) AS persons FROM core.held_person;
GRANT SELECT ON core.events_unsent, core.persons_held TO web_read;
