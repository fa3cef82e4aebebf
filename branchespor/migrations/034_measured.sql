-- Counts for operators' monitoring (`branchespor metrics`): nothing of a person.
CREATE VIEW core.events_unsent AS
    SELECT count(*) AS events FROM core.outbox WHERE sent_at IS NULL;
CREATE VIEW core.persons_held AS SELECT count(*) AS persons FROM core.held_person;
CREATE VIEW intake.rows_waiting AS
    SELECT d.feed, d.partner, count(*) AS rows
      FROM intake.rejected_row r JOIN intake.delivery d USING (delivery_id)
     WHERE r.state = 'QUARANTINED' GROUP BY 1, 2;
GRANT SELECT ON core.events_unsent, core.persons_held, intake.rows_waiting TO web_read;
