-- Status built anew beside the present one (branchespor rebuild); its content is worth nothing between two runs.
CREATE UNLOGGED TABLE core.status_beside (
    person   uuid PRIMARY KEY,
    document jsonb NOT NULL,
    next_day core.calendar_day, -- null: nothing changes by the passing of time
    facts    int NOT NULL       -- so many versions of statements it was built from
);
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON core.status_beside TO status;
