-- The intake ledger: one row per delivery that arrived, one per rejected row; the work list of every pull.
CREATE TABLE intake.delivery (
    delivery_id     uuid PRIMARY KEY,
    feed            text NOT NULL,
    partner         text NOT NULL,
    file_name       text NOT NULL,
    sha256          text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    arrival         int  NOT NULL CHECK (arrival >= 1), -- the same bytes may come again: 1, 2, …
    bytes           bigint NOT NULL,
    received_at     timestamptz NOT NULL,
    state           text NOT NULL DEFAULT 'LANDED' CHECK (state IN ('LANDED', 'HELD', 'FINAL')),
    verdict         text,
    sequence        bigint,
    rows            int,
    accepted        int,
    unchanged       int,
    duplicate       int,
    rejected        int,
    waiting         int,
    facts           int,
    receipt_id      uuid,
    receipt         jsonb,
    checked_at      timestamptz,
    receipt_sent_at timestamptz,
    origin          jsonb, -- where it lies with the sender: name, size, time of change
    moved_at        timestamptz,
    security_alarm  boolean NOT NULL DEFAULT false,
    decided_at      timestamptz, -- a held delivery was released or discarded: by whom and why
    decided_by      text,
    reason          text,
    UNIQUE (feed, partner, sha256, arrival),
    CHECK (rows IS NULL OR rows = accepted + unchanged + duplicate + rejected + waiting)
);
CREATE INDEX delivery_work ON intake.delivery (feed, partner) WHERE state <> 'FINAL';
CREATE INDEX delivery_answer ON intake.delivery (feed, partner) WHERE moved_at IS NULL;

-- Every fact a delivery published: what reconciliation compares with the topic and the fact table.
CREATE TABLE intake.published_fact (
    fact_id     uuid NOT NULL,
    delivery_id uuid NOT NULL REFERENCES intake.delivery (delivery_id),
    line        int  NOT NULL,
    kind        text NOT NULL,
    PRIMARY KEY (delivery_id, fact_id)
);
CREATE INDEX published_fact_id ON intake.published_fact (fact_id);

-- Rows put aside; the bytes are sealed (AES-GCM), the faults name codes, lines and columns only.
CREATE TABLE intake.rejected_row (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery_id uuid NOT NULL REFERENCES intake.delivery (delivery_id),
    line        int  NOT NULL,
    codes       text[] NOT NULL,
    faults      jsonb NOT NULL,
    contract    text NOT NULL,
    sealed      bytea NOT NULL,
    state       text NOT NULL DEFAULT 'QUARANTINED' CHECK (state IN ('QUARANTINED', 'RELEASED', 'DISCARDED')),
    decided_at  timestamptz,
    decided_by  text,
    reason      text,
    UNIQUE (delivery_id, line)
);

-- Rows that waited (R15) and were settled by a later delivery.
CREATE TABLE intake.settled_row (
    delivery_id uuid NOT NULL REFERENCES intake.delivery (delivery_id),
    line        int  NOT NULL,
    verdict     text NOT NULL,
    codes       text[] NOT NULL,
    settled_by  uuid NOT NULL REFERENCES intake.delivery (delivery_id),
    settled_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (delivery_id, line)
);

-- What intake remembers of each feed and partner (producers.memory); moves on with the delivery, in one transaction.
CREATE TABLE intake.memory (
    feed      text NOT NULL,
    partner   text NOT NULL,
    reference text NOT NULL,
    document  jsonb NOT NULL,
    PRIMARY KEY (feed, partner, reference)
);
CREATE TABLE intake.memory_state (
    feed     text NOT NULL,
    partner  text NOT NULL,
    document jsonb NOT NULL,
    PRIMARY KEY (feed, partner)
);
-- The last look at a folder: a file is complete when two looks agree.
CREATE TABLE intake.look (
    feed     text NOT NULL,
    partner  text NOT NULL,
    document jsonb NOT NULL,
    looked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (feed, partner)
);
-- DayBegan: which days were published, so that missed days follow in order.
CREATE TABLE intake.day_begun (
    day          date PRIMARY KEY CHECK (day BETWEEN '1900-01-01' AND '2199-12-31'),
    published_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA intake TO intake;
GRANT UPDATE ON intake.delivery, intake.memory, intake.memory_state, intake.look TO intake;
GRANT UPDATE (state, decided_at, decided_by, reason) ON intake.rejected_row TO intake;
GRANT SELECT ON intake.delivery, intake.day_begun TO web_read;
