-- What was decided on is not needed for ever: its bytes are taken out after the retention, the row of the ledger stays.
GRANT UPDATE (sealed) ON intake.rejected_row TO intake;
CREATE INDEX rejected_row_waits ON intake.rejected_row (delivery_id) WHERE state = 'QUARANTINED';
