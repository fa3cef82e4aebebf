-- Facts, status, journal, due index and progress of the consumers: the one place of truth (architecture.md 2).
-- Days that Python cannot read ('infinity', year 10000) are refused by every table.
CREATE DOMAIN core.calendar_day AS date CHECK (VALUE BETWEEN '1900-01-01' AND '2999-12-31');

CREATE TABLE core.consumer_offset (
    consumer    text   NOT NULL,
    topic       text   NOT NULL,
    partition   int    NOT NULL CHECK (partition >= 0),
    next_offset bigint NOT NULL DEFAULT 0 CHECK (next_offset >= 0),
    epoch       bigint NOT NULL DEFAULT 0, -- raised by whoever takes the partition over: the one before is fenced
    PRIMARY KEY (consumer, topic, partition)
);
-- Records that cannot be read: where they lie and why, never what they hold.
CREATE TABLE core.poison (
    consumer      text   NOT NULL,
    topic         text   NOT NULL,
    partition     int    NOT NULL,
    record_offset bigint NOT NULL,
    reason        text   NOT NULL,
    seen_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, topic, partition, record_offset)
);
GRANT SELECT, INSERT, UPDATE ON core.consumer_offset TO status, partners;
GRANT SELECT, INSERT ON core.poison TO status, partners;
GRANT SELECT ON core.consumer_offset, core.poison TO web_read;

-- The row that is locked before anything of a person is written, in order of id.
CREATE TABLE core.person (id uuid PRIMARY KEY, first_seen_at timestamptz NOT NULL DEFAULT now());

-- Every version of every statement, for good; the primary key is the inbox. The record is the whole fact as JSON text,
-- kept as it came: rules read it, nothing rewrites it.
CREATE TABLE core.fact (
    fact_id       uuid        PRIMARY KEY,
    person        uuid        NOT NULL,
    kind          text        NOT NULL,
    source        text        NOT NULL,
    received_at   timestamptz NOT NULL CHECK (isfinite(received_at)),
    record        json        NOT NULL,
    topic         text        NOT NULL,
    partition     int         NOT NULL,
    record_offset bigint      NOT NULL,
    stored_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX fact_person ON core.fact (person);

-- What holds of a person on the business day; the number counts its changes.
CREATE TABLE core.status (
    person       uuid PRIMARY KEY REFERENCES core.person (id),
    business_day core.calendar_day NOT NULL,
    number       int   NOT NULL CHECK (number >= 1),
    document     jsonb NOT NULL
);
-- The journal: what was announced, in order, never changed.
CREATE TABLE core.milestone (
    person        uuid NOT NULL REFERENCES core.person (id),
    position      int  NOT NULL CHECK (position >= 1),
    milestone_id  uuid NOT NULL UNIQUE,
    type          text NOT NULL,
    effective_day core.calendar_day NOT NULL,
    detected_day  core.calendar_day NOT NULL,
    document      jsonb NOT NULL,
    PRIMARY KEY (person, position)
);
-- The next day on which something changes for a person if no fact changes.
CREATE TABLE core.due (person uuid PRIMARY KEY REFERENCES core.person (id), day core.calendar_day NOT NULL);
CREATE INDEX due_day ON core.due (day, person);
-- Persons whose evaluation failed: their facts are kept, they are tried again on the next business day.
CREATE TABLE core.held_person (
    person uuid PRIMARY KEY REFERENCES core.person (id),
    reason text NOT NULL,
    since  timestamptz NOT NULL DEFAULT now()
);
-- day: on which everything is evaluated now; begun_until: the latest DayBegan read. Between them days are worked off.
CREATE TABLE core.business_day (
    single      boolean PRIMARY KEY DEFAULT true CHECK (single),
    day         core.calendar_day,
    begun_until core.calendar_day,
    CHECK (day <= begun_until)
);
INSERT INTO core.business_day DEFAULT VALUES;
-- Persons whose memberships or courses changed: the partner consumer looks at their milestones again.
CREATE TABLE core.relation_changed (
    person  uuid PRIMARY KEY REFERENCES core.person (id),
    changes int  NOT NULL DEFAULT 1 -- counted so that a change waits for whoever is looking right now
);

GRANT SELECT, INSERT ON core.person, core.fact, core.milestone TO status;
GRANT UPDATE (id) ON core.person TO status; -- what a row lock asks for; nothing ever writes it
GRANT SELECT, INSERT, UPDATE, DELETE ON core.due, core.held_person TO status;
GRANT SELECT, INSERT, UPDATE ON core.status, core.relation_changed TO status;
GRANT SELECT, UPDATE ON core.business_day TO status;

-- What each partner was told of which milestone; a correction goes to whoever was told.
CREATE TABLE core.told (
    number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    partner      text NOT NULL,
    event_id     uuid NOT NULL UNIQUE,
    milestone_id uuid NOT NULL REFERENCES core.milestone (milestone_id),
    person       uuid NOT NULL,
    type         text NOT NULL,
    retracts     uuid UNIQUE REFERENCES core.told (event_id),
    document     jsonb NOT NULL,
    told_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX told_about ON core.told (person);
-- The row the partner consumer locks, so that two copies never tell of one person at once.
CREATE TABLE core.told_person (person uuid PRIMARY KEY);
-- What decides who may be told, and the milestones a partner may ever hear of: nothing of eligibility.
CREATE VIEW core.relation_fact AS
    SELECT person, record FROM core.fact WHERE kind IN ('MembershipSpell', 'Training');
CREATE VIEW core.partner_milestone AS
    SELECT person, position, milestone_id, type, effective_day, detected_day, document
      FROM core.milestone WHERE type NOT LIKE 'ELIGIB%';
GRANT SELECT ON core.relation_fact, core.partner_milestone TO partners;
GRANT SELECT, INSERT ON core.told, core.told_person TO partners;
GRANT UPDATE (person) ON core.told_person TO partners; -- for the row lock
GRANT SELECT, DELETE ON core.relation_changed TO partners;
GRANT UPDATE (person) ON core.relation_changed TO partners; -- for the row lock
