-- Erasure of a citizen (docs/decisions/0015): by a role of its own, which has nothing but the functions below.
CREATE TABLE core.erasure (
    citizen   uuid PRIMARY KEY, -- the id that was asked for
    erased_at timestamptz NOT NULL DEFAULT now(),
    erased_by text  NOT NULL CHECK (erased_by <> ''),
    reason    text  NOT NULL CHECK (length(trim(reason)) BETWEEN 3 AND 200),
    told      jsonb NOT NULL -- partner: how many events of the citizen it was given
);
-- Every id the citizen had. Whoever reads a record of one of them leaves it: nothing comes back under it.
CREATE TABLE core.erased (person uuid PRIMARY KEY, citizen uuid NOT NULL REFERENCES core.erasure (citizen));
-- Facts that are not applied any more, so that nobody looks for them: ids, no content. late: read after the erasure.
CREATE TABLE core.erased_fact (
    fact_id    uuid PRIMARY KEY,
    person     uuid NOT NULL REFERENCES core.erased (person),
    late       boolean NOT NULL DEFAULT true,
    noticed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX erased_fact_person ON core.erased_fact (person);
GRANT SELECT (person) ON core.erased TO status, partners;
GRANT INSERT (fact_id, person), SELECT (fact_id) ON core.erased_fact TO status;
GRANT SELECT (fact_id) ON core.erased_fact TO intake;
GRANT USAGE ON SCHEMA core TO erasure;

-- Every table that holds anything of a person, in the order in which rows may go; a test compares it with the tables
-- there are. $1: the ids, $2: the same as a pattern. delete: rows go; prune: what they say of others stays; mend: the
-- row stays, its parts of the person go; keep: see why.
CREATE FUNCTION core.stores_of_a_person() RETURNS TABLE (store text, condition text, action text, why text)
LANGUAGE sql IMMUTABLE AS $$ VALUES
    ('core.relation_changed', 'person = ANY ($1)', 'delete', NULL),
    ('core.told_person', 'person = ANY ($1)', 'delete', NULL),
    ('core.status_beside', 'person = ANY ($1)', 'delete', NULL),
    ('core.held_person', 'person = ANY ($1)', 'delete', NULL),
    ('core.due', 'person = ANY ($1)', 'delete', NULL),
    ('core.outbox', 'value IS NOT NULL AND (key = ANY ($1::text[])
        OR event_id IN (SELECT event_id FROM core.told WHERE person = ANY ($1)))', 'delete', NULL),
    ('core.told', 'person = ANY ($1)', 'delete', NULL),
    ('core.milestone', 'person = ANY ($1)', 'delete', NULL),
    ('core.status', 'person = ANY ($1)', 'delete', NULL),
    ('core.merged', 'person = ANY ($1) OR into_person = ANY ($1) OR leads_to = ANY ($1)', 'delete', NULL),
    ('core.identity_conflict', 'person = ANY ($1) OR merged_person = ANY ($1)', 'delete', NULL),
    ('core.fact', 'person = ANY ($1)', 'delete', NULL),
    ('core.person', 'id = ANY ($1)', 'delete', NULL),
    ('intake.memory', 'reference ~ $2 OR document::text ~ $2', 'prune', NULL),
    ('intake.memory_state', 'document::text ~ $2', 'mend', NULL),
    ('identity.conflict', 'person = ANY ($1) OR merged_person = ANY ($1)', 'delete', NULL),
    ('identity.link', 'person = ANY ($1) OR merged_person = ANY ($1)', 'delete', NULL),
    ('identity.identifier', 'person = ANY ($1)', 'delete', NULL),
    ('identity.person', 'id = ANY ($1) OR merged_into = ANY ($1)', 'delete', NULL),
    ('core.erasure', 'citizen = ANY ($1)', 'keep', 'this erasure: who, when, why'),
    ('core.erased', 'person = ANY ($1) OR citizen = ANY ($1)', 'keep', 'so that nothing comes back under these ids'),
    ('core.erased_fact', 'person = ANY ($1)', 'keep', 'ids of facts, so that nobody looks for them'),
    ('core.access_log', 'person = ANY ($1)', 'keep', 'who read what for which purpose is kept (G18, G19); no data'),
    ('identity.lookup_log', 'person = ANY ($1)', 'keep', 'who asked by number for which purpose is kept (G18); no number')
$$;

-- All ids of the citizen that `about` is or was, in order; null: nobody has or had this id.
CREATE FUNCTION core.ids_of_citizen(about uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE citizen (id) AS (
        SELECT about
        UNION
        SELECT CASE WHEN same.one = c.id THEN same.other ELSE same.one END
          FROM citizen c JOIN (SELECT person AS one, leads_to AS other FROM core.merged
                               UNION ALL SELECT person, into_person FROM core.merged
                               UNION ALL SELECT id, merged_into FROM identity.person WHERE merged_into IS NOT NULL
                               UNION ALL SELECT person, citizen FROM core.erased) AS same
            ON c.id IN (same.one, same.other)
    )
    SELECT array_agg(c.id ORDER BY c.id) FROM citizen c
    HAVING bool_or(EXISTS (SELECT FROM core.person p WHERE p.id = c.id)
                OR EXISTS (SELECT FROM identity.person p WHERE p.id = c.id)
                OR EXISTS (SELECT FROM core.erased e WHERE e.person = c.id))
$$;

-- A document without what it says of the persons of `names`: members named by them, and objects and lists that name
-- them. Null: nothing is left.
CREATE FUNCTION core.without_persons(document jsonb, names text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF jsonb_typeof(document) = 'object' THEN
        IF EXISTS (SELECT FROM jsonb_each(document) WHERE jsonb_typeof(value) = 'string' AND value #>> '{}' ~ names) THEN
            RETURN NULL;
        END IF;
        RETURN coalesce((SELECT jsonb_object_agg(key, part)
                           FROM (SELECT key, core.without_persons(value, names) AS part
                                   FROM jsonb_each(document) WHERE key !~ names) AS member
                          WHERE part IS NOT NULL), '{}');
    ELSIF jsonb_typeof(document) = 'array' THEN
        IF EXISTS (SELECT FROM jsonb_array_elements(document) AS each
                    WHERE jsonb_typeof(each) = 'string' AND each #>> '{}' ~ names) THEN
            RETURN NULL;
        END IF;
        RETURN coalesce((SELECT jsonb_agg(part ORDER BY place)
                           FROM (SELECT core.without_persons(each, names) AS part, place
                                   FROM jsonb_array_elements(document) WITH ORDINALITY AS element (each, place)) AS kept
                          WHERE part IS NOT NULL), '[]');
    END IF;
    RETURN document;
END $$;
-- What a remembered document says of somebody else; null: of nobody, or what would be left is no whole document.
CREATE FUNCTION core.of_others(document jsonb, names text) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT part FROM core.without_persons(document, names) AS part
     WHERE part::text ~ '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
       AND NOT EXISTS (SELECT FROM jsonb_object_keys(document) AS key WHERE key !~ names AND NOT part ? key)
$$;

-- Erase, in one transaction: the caller holds every lease of intake, so that no delivery is under way. Nothing is given
-- if nobody has or had this id; twice changes nothing. Locks in the order of the consumers.
CREATE FUNCTION core.erase(about uuid, who text, why text, status_topic text)
    RETURNS TABLE (store text, held bigint, deleted bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ids    uuid[];
    names  text;
    place  record;
    added  bigint;   -- rows of core.person and core.told_person that are there for the lock alone
    looked bigint;
    pruned bigint;
    origin uuid; -- the id an earlier run was asked for
BEGIN
    PERFORM pg_advisory_xact_lock(70701);   -- nobody is made or joined in the vault meanwhile
    PERFORM pg_advisory_xact_lock(7070713); -- nobody is built anew meanwhile
    PERFORM FROM core.business_day FOR SHARE;
    ids := core.ids_of_citizen(about);
    IF ids IS NULL THEN
        RETURN;
    END IF;
    names := array_to_string(ids, '|');
    INSERT INTO core.person (id) SELECT unnest(ids) ON CONFLICT DO NOTHING; -- waits for who adds it right now
    GET DIAGNOSTICS added = ROW_COUNT;
    PERFORM FROM core.person p WHERE p.id = ANY (ids) ORDER BY p.id FOR UPDATE;
    PERFORM FROM core.relation_changed c WHERE c.person = ANY (ids) ORDER BY c.person FOR UPDATE;
    INSERT INTO core.told_person SELECT unnest(ids) ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS looked = ROW_COUNT;
    PERFORM FROM core.told_person t WHERE t.person = ANY (ids) ORDER BY t.person FOR UPDATE;

    SELECT e.citizen INTO origin FROM core.erased e WHERE e.person = ANY (ids) LIMIT 1;
    origin := coalesce(origin, about);
    INSERT INTO core.erasure (citizen, erased_by, reason, told)
    SELECT origin, who, why, coalesce(jsonb_object_agg(t.partner, t.events), '{}')
      FROM (SELECT partner, count(*) AS events FROM core.told WHERE person = ANY (ids) GROUP BY partner) AS t
        ON CONFLICT DO NOTHING;
    INSERT INTO core.erased SELECT unnest(ids), origin ON CONFLICT DO NOTHING;
    INSERT INTO core.erased_fact (fact_id, person, late)
    SELECT f.fact_id, f.person, false FROM core.fact f WHERE f.person = ANY (ids) ON CONFLICT DO NOTHING;
    -- The counts of a delivery stay, the way to the row of its sealed file does not.
    UPDATE intake.published_fact p SET line = 0
      FROM core.erased_fact f WHERE f.person = ANY (ids) AND p.fact_id = f.fact_id AND p.line <> 0;

    FOR place IN SELECT * FROM core.stores_of_a_person() LOOP
        store := place.store;
        EXECUTE format('SELECT count(*) FROM %s WHERE %s', place.store, place.condition) INTO held USING ids, names;
        deleted := 0;
        IF place.action = 'mend' THEN
            EXECUTE format('UPDATE %s SET document = core.without_persons(document, $2) WHERE %s',
                place.store, place.condition) USING ids, names;
            GET DIAGNOSTICS deleted = ROW_COUNT;
        ELSIF place.action IN ('delete', 'prune') THEN
            pruned := 0;
            IF place.action = 'prune' THEN
                EXECUTE format('UPDATE %s SET document = core.of_others(document, $2) WHERE (%s) AND reference !~ $2
                    AND core.of_others(document, $2) IS NOT NULL', place.store, place.condition) USING ids, names;
                GET DIAGNOSTICS pruned = ROW_COUNT;
            END IF;
            EXECUTE format('DELETE FROM %s WHERE %s', place.store, place.condition) USING ids, names;
            GET DIAGNOSTICS deleted = ROW_COUNT;
            deleted := deleted + pruned;
        END IF;
        IF place.store = 'core.person' THEN
            held := held - added;
            deleted := deleted - added;
        ELSIF place.store = 'core.told_person' THEN
            held := held - looked;
            deleted := deleted - looked;
        END IF;
        RETURN NEXT;
    END LOOP;

    INSERT INTO core.outbox (event_id, topic, key, type, source, value, occurred_at)
    SELECT md5('erased status ' || id)::uuid, status_topic, id::text, 'branchespor.Status', 'branchespor/erasure', NULL, now()
      FROM unnest(ids) AS id
        ON CONFLICT (event_id) DO NOTHING;
    PERFORM core.log_access(who, about, why, '{erasure}');
END $$;

-- What is there of the ids of an erased citizen now, store by store; why: what is there may stay.
CREATE FUNCTION core.left_of_erased(about uuid) RETURNS TABLE (store text, still bigint, why text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ids   uuid[] := core.ids_of_citizen(about);
    place record;
BEGIN
    FOR place IN SELECT * FROM core.stores_of_a_person() LOOP
        store := place.store;
        why := place.why;
        EXECUTE format('SELECT count(*) FROM %s WHERE %s', place.store, place.condition)
           INTO still USING ids, array_to_string(ids, '|');
        RETURN NEXT;
    END LOOP;
END $$;
-- The erasure itself: ids, who, when, why, whom partners were told of; facts put aside since, tombstones on their way,
-- deliveries in landing that held facts of the citizen.
CREATE FUNCTION core.erasure_of(about uuid)
    RETURNS TABLE (persons uuid[], erased_at timestamptz, erased_by text, reason text, told jsonb, late bigint,
                   unsent bigint, landed bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ids, e.erased_at, e.erased_by, e.reason, e.told,
           (SELECT count(*) FROM core.erased_fact f WHERE f.person = ANY (ids) AND f.late),
           (SELECT count(*) FROM core.outbox o WHERE o.value IS NULL AND o.sent_at IS NULL AND o.key = ANY (ids::text[])),
           (SELECT count(DISTINCT d.delivery_id)
              FROM core.erased_fact f JOIN intake.published_fact p USING (fact_id) JOIN intake.delivery d USING (delivery_id)
             WHERE f.person = ANY (ids) AND d.bytes_deleted_at IS NULL)
      FROM core.ids_of_citizen(about) AS ids, core.erasure e WHERE e.citizen = ANY (ids)
$$;
REVOKE ALL ON FUNCTION core.stores_of_a_person, core.ids_of_citizen, core.without_persons, core.of_others, core.erase,
    core.left_of_erased, core.erasure_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core.ids_of_citizen, core.erase, core.left_of_erased, core.erasure_of TO erasure;
