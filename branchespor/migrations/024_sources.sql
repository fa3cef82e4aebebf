-- The watch over the senders: is what they promised overdue, and has everybody been told (producers.freshness).
CREATE TABLE intake.source (
    feed          text NOT NULL,
    partner       text NOT NULL,
    watched_since timestamptz NOT NULL, -- nothing is expected from before
    answered_at   timestamptz,          -- the newest answer of a REST server, an empty one too
    overdue_due   timestamptz,          -- what is overdue was due then; null: nothing is overdue
    found_at      timestamptz,          -- when the watch found the last change
    told          boolean NOT NULL DEFAULT true, -- whether the event of the last change is published
    PRIMARY KEY (feed, partner)
);
GRANT SELECT, INSERT, UPDATE ON intake.source TO intake;
GRANT SELECT ON intake.source TO web_read;
