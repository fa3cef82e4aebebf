-- Events on their way to Kafka: written in the transaction that causes them, sent by the relay, kept as long as the topic
-- keeps its records. No cursor: a row with a lower seq may become visible later, so what counts is sent_at alone.
CREATE TABLE core.outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    event_id uuid PRIMARY KEY,
    topic text NOT NULL,
    key text NOT NULL,
    type text NOT NULL,
    source text NOT NULL,
    value bytea, -- NULL: a tombstone, which erases
    occurred_at timestamptz NOT NULL CHECK (occurred_at < 'infinity'),
    sent_at timestamptz
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX outbox_unsent ON core.outbox (seq) WHERE sent_at IS NULL;
-- SELECT (event_id) is what ON CONFLICT (event_id) DO NOTHING asks for.
GRANT INSERT, SELECT (event_id) ON core.outbox TO status, partners;
GRANT SELECT, UPDATE (sent_at) ON core.outbox TO relay;
