-- The labour-market balance: every version of every statement of it, of no person; the primary key is the inbox.
CREATE TABLE core.shortage_area (
    fact_id     uuid PRIMARY KEY,
    received_at timestamptz NOT NULL CHECK (isfinite(received_at)),
    record      json NOT NULL,
    stored_at   timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT ON core.shortage_area TO status;
GRANT SELECT ON core.shortage_area TO web_read;

-- The milestones a partner may ever hear of: what is not named here, the partner consumer cannot read.
CREATE OR REPLACE VIEW core.partner_milestone AS
    SELECT person, position, milestone_id, type, effective_day, detected_day, document
      FROM core.milestone
     WHERE type IN ('TARGET_GROUP_CHANGED', 'FIRST_MEETING_HELD', 'TRACK_OFFERED', 'TRACK_ACCEPTED', 'TRACK_DECLINED',
                    'PLACEMENT_AGREED', 'PLACEMENT_STARTED', 'PLACEMENT_EXTENDED', 'PLACEMENT_ENDED',
                    'TRAINING_ENROLLED', 'TRAINING_STARTED', 'TRAINING_COMPLETED', 'TRAINING_NOT_COMPLETED',
                    'JOB_STARTED', 'DROPPED_OUT', 'COURSE_CLOSED')
        OR (type = 'MILESTONE_WITHDRAWN' AND document -> 'details' ->> 'withdraws' IN (
                    'FIRST_MEETING_HELD', 'TRACK_OFFERED', 'TRACK_ACCEPTED', 'TRACK_DECLINED', 'PLACEMENT_AGREED',
                    'PLACEMENT_STARTED', 'PLACEMENT_EXTENDED', 'PLACEMENT_ENDED', 'DROPPED_OUT', 'COURSE_CLOSED'));
