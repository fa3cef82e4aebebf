-- Landed bytes are kept for the days of the contract only; the ledger tells when they went.
ALTER TABLE intake.delivery ADD COLUMN bytes_deleted_at timestamptz;
CREATE INDEX delivery_bytes_kept ON intake.delivery (feed, checked_at) WHERE bytes_deleted_at IS NULL;
