-- Persons who turned out to be one citizen (docs/decisions/0012). The facts move to the one that stays; the journals stay
-- where they are: that of `person` is played after the first `position` milestones of that of `into_person`.
CREATE TABLE core.merged (
    person       uuid PRIMARY KEY REFERENCES core.person (id),
    number       bigint  GENERATED ALWAYS AS IDENTITY, -- the order in which journals are joined
    into_person  uuid    NOT NULL REFERENCES core.person (id),
    position     int     NOT NULL CHECK (position >= 0),
    leads_to     uuid    NOT NULL REFERENCES core.person (id), -- who stays at the end; moves on with the next merge
    day          core.calendar_day NOT NULL,                   -- from which the source says they are one
    both_running boolean NOT NULL,                             -- both had a running course: a person looks at it
    event_id     uuid    NOT NULL,
    merged_at    timestamptz NOT NULL DEFAULT now(),
    settled_at   timestamptz, -- a person has looked at both running courses
    CHECK (person NOT IN (into_person, leads_to))
);
CREATE INDEX merged_leads_to ON core.merged (leads_to);
-- An identity change that contradicts an earlier one: nothing is joined by it, a person looks at it.
CREATE TABLE core.identity_conflict (
    event_id      uuid PRIMARY KEY,
    person        uuid NOT NULL,
    merged_person uuid NOT NULL,
    day           core.calendar_day NOT NULL,
    noticed_at    timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT ON core.merged, core.identity_conflict TO status;
GRANT UPDATE (leads_to) ON core.merged TO status;
GRANT UPDATE (person) ON core.fact TO status; -- whose it is; what was said stays as it came
GRANT SELECT (person, number, into_person, position, leads_to) ON core.merged TO partners;
