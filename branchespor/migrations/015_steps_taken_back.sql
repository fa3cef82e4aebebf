-- Courses and job starts are taken back like every other step a partner may have heard of.
CREATE OR REPLACE VIEW core.partner_milestone AS
    SELECT person, position, milestone_id, type, effective_day, detected_day, document
      FROM core.milestone
     WHERE coalesce(document -> 'details' ->> 'withdraws', type) IN
                   ('TARGET_GROUP_CHANGED', 'FIRST_MEETING_HELD', 'TRACK_OFFERED', 'TRACK_ACCEPTED', 'TRACK_DECLINED',
                    'PLACEMENT_AGREED', 'PLACEMENT_STARTED', 'PLACEMENT_EXTENDED', 'PLACEMENT_ENDED',
                    'TRAINING_ENROLLED', 'TRAINING_STARTED', 'TRAINING_COMPLETED', 'TRAINING_NOT_COMPLETED',
                    'JOB_STARTED', 'DROPPED_OUT', 'COURSE_CLOSED');
