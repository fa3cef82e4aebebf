-- How often each rule failed in a delivery: ids, codes and counts, nothing of any row. Data Docs are made from it.
CREATE TABLE intake.rule_count (
    delivery_id uuid NOT NULL REFERENCES intake.delivery (delivery_id),
    rule        text NOT NULL, -- FEED.COLUMN.RULE; without an expectation FEED.COLUMN or FEED
    code        text NOT NULL CHECK (code ~ '^[FHRN][0-9]{2}$'),
    failed      int  NOT NULL CHECK (failed > 0),
    PRIMARY KEY (delivery_id, rule, code)
);
GRANT SELECT, INSERT, DELETE ON intake.rule_count TO intake;
