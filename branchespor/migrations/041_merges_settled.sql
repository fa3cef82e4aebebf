-- Two persons who are one citizen and both had a running course: a person looks at it, by the vault's own queue
-- (`branchespor person conflicts`), and from then on nobody who reads about the citizen is told to.
CREATE VIEW core.merge_queue AS SELECT person, both_running, merged_at FROM core.merged;
-- Contradictions that still stand: their two persons have not become one by another way.
CREATE VIEW core.identity_contradiction AS
    SELECT c.event_id, c.person, c.merged_person, c.day, c.noticed_at
      FROM core.identity_conflict c LEFT JOIN core.merged a ON a.person = c.person
                                    LEFT JOIN core.merged b ON b.person = c.merged_person
     WHERE coalesce(a.leads_to, c.person) <> coalesce(b.leads_to, c.merged_person);
CREATE FUNCTION core.settle_merge(merged uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE core.merged m SET settled_at = now() WHERE m.person = merged AND m.settled_at IS NULL
$$;
REVOKE ALL ON FUNCTION core.settle_merge FROM PUBLIC;
GRANT USAGE ON SCHEMA core TO identity;
GRANT SELECT ON core.merge_queue, core.identity_contradiction TO identity;
GRANT EXECUTE ON FUNCTION core.settle_merge TO identity;
