-- Reading about a person: only through functions that write the access log first, as one chain of hashes (G18, I10).
CREATE TABLE core.access_log (
    number  bigint      PRIMARY KEY,
    at      timestamptz NOT NULL,
    who     text        NOT NULL CHECK (who <> ''),
    person  uuid,       -- null: a check over everybody that shows no person's data
    purpose text        NOT NULL CHECK (length(trim(purpose)) BETWEEN 3 AND 200),
    fields  text[]      NOT NULL,
    hash    bytea       NOT NULL
);
CREATE FUNCTION core.log_access(who text, person uuid, purpose text, fields text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    previous core.access_log;
    moment   timestamptz := clock_timestamp();
    line     text;
BEGIN
    PERFORM pg_advisory_xact_lock(7070712); -- one writer at a time keeps the chain whole
    SELECT * INTO previous FROM core.access_log ORDER BY number DESC LIMIT 1;
    line := jsonb_build_array(coalesce(previous.number, 0) + 1, extract(epoch FROM moment), who, person, purpose, fields)::text;
    INSERT INTO core.access_log VALUES (coalesce(previous.number, 0) + 1, moment, who, person, purpose, fields,
        sha256(coalesce(previous.hash, ''::bytea) || convert_to(line, 'UTF8')));
END $$;
-- The number of the first line whose hash does not follow from the line before it; null: the chain is whole.
CREATE FUNCTION core.access_log_broken_at() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT min(number) FROM (
        SELECT number, hash, row_number() OVER w AS place,
               sha256(coalesce(lag(hash) OVER w, ''::bytea) || convert_to(
                   jsonb_build_array(number, extract(epoch FROM at), who, person, purpose, fields)::text, 'UTF8')) AS wanted
          FROM core.access_log WINDOW w AS (ORDER BY number)) AS chain
     WHERE hash <> wanted OR number <> place
$$;
CREATE FUNCTION core.read_facts(who text, about uuid, purpose text) RETURNS TABLE (record json)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM core.log_access(who, about, purpose, '{facts}');
    RETURN QUERY SELECT f.record FROM core.fact f WHERE f.person = about;
END $$;
CREATE FUNCTION core.read_status(who text, about uuid, purpose text) RETURNS TABLE (business_day date, document jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM core.log_access(who, about, purpose, '{status}');
    RETURN QUERY SELECT s.business_day::date, s.document FROM core.status s WHERE s.person = about;
END $$;
CREATE FUNCTION core.read_journal(who text, about uuid, purpose text) RETURNS TABLE ("position" int, document jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM core.log_access(who, about, purpose, '{journal}');
    RETURN QUERY SELECT m.position, m.document FROM core.milestone m WHERE m.person = about ORDER BY m.position;
END $$;
REVOKE ALL ON FUNCTION core.log_access, core.access_log_broken_at, core.read_facts, core.read_status, core.read_journal
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core.access_log_broken_at, core.read_facts, core.read_status, core.read_journal TO web_read;
GRANT EXECUTE ON FUNCTION core.log_access TO web_read, status;

-- Counts, and places of facts: nothing of a person.
CREATE VIEW core.citizens_by_state AS
    SELECT document ->> 'state' AS state, document ->> 'rule' AS rule, count(*) AS citizens
      FROM core.status GROUP BY 1, 2;
CREATE VIEW core.citizens_by_group AS
    SELECT target_group, document ->> 'state' AS state, count(*) AS citizens
      FROM core.status, jsonb_array_elements_text(document -> 'target_groups') AS target_group GROUP BY 1, 2;
CREATE VIEW core.milestones_by_type AS SELECT type, count(*) AS milestones FROM core.milestone GROUP BY 1;
CREATE VIEW core.told_by_partner AS SELECT partner, type, count(*) AS events FROM core.told GROUP BY 1, 2;
CREATE VIEW core.fact_place AS SELECT fact_id, kind, topic, partition, record_offset, stored_at FROM core.fact;
CREATE VIEW core.business_day_now AS SELECT day, begun_until FROM core.business_day;
GRANT SELECT ON core.citizens_by_state, core.citizens_by_group, core.milestones_by_type, core.told_by_partner,
    core.fact_place, core.business_day_now TO web_read;
