-- Reconciliation runs where intake runs: it may see which facts are applied, by their ids alone.
GRANT SELECT (fact_id) ON core.fact TO intake;
