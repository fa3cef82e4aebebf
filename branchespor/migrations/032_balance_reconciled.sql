-- The labour-market balance is applied by the status consumer as well: reconciliation may see which facts, by their ids alone.
GRANT SELECT (fact_id) ON core.shortage_area TO intake;
