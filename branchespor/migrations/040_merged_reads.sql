-- Who is asked for under an old id is read under the one that stays; the access log names whose data were read.
CREATE FUNCTION core.leads_to(about uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((SELECT m.leads_to FROM core.merged m WHERE m.person = about), about)
$$;
-- The ids a citizen has or had, and nothing else: not logged, every read that follows is.
CREATE FUNCTION core.merged_with(about uuid)
    RETURNS TABLE (person uuid, into_person uuid, "position" int, leads_to uuid, day date, both_running boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT m.person, m.into_person, m.position, m.leads_to, m.day::date, m.both_running AND m.settled_at IS NULL
      FROM core.merged m WHERE m.leads_to = core.leads_to(about) ORDER BY m.number
$$;
CREATE OR REPLACE FUNCTION core.read_facts(who text, about uuid, purpose text) RETURNS TABLE (record json)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    about := core.leads_to(about);
    PERFORM core.log_access(who, about, purpose, '{facts}');
    RETURN QUERY SELECT f.record FROM core.fact f WHERE f.person = about;
END $$;
CREATE OR REPLACE FUNCTION core.read_status(who text, about uuid, purpose text)
    RETURNS TABLE (business_day date, document jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    about := core.leads_to(about);
    PERFORM core.log_access(who, about, purpose, '{status}');
    RETURN QUERY SELECT s.business_day::date, s.document FROM core.status s WHERE s.person = about;
END $$;
DROP FUNCTION core.read_journal;
CREATE FUNCTION core.read_journal(who text, about uuid, purpose text)
    RETURNS TABLE (person uuid, "position" int, announced_at timestamptz, document jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    about := core.leads_to(about);
    PERFORM core.log_access(who, about, purpose, '{journal}');
    RETURN QUERY SELECT m.person, m.position, m.announced_at, m.document FROM core.milestone m
                  WHERE m.person = about OR m.person IN (SELECT o.person FROM core.merged_with(about) o)
                  ORDER BY m.person, m.position;
END $$;
-- The way of one event: rows it came from, facts, milestones, what partners were told. What was announced under an old id
-- rests on facts that are now those of the person that stays.
CREATE FUNCTION core.read_trace(who text, event uuid, purpose text) RETURNS TABLE (step text, document jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    about          uuid;
    the_milestones uuid[];
    the_facts      uuid[];
BEGIN
    SELECT array_agg(m.milestone_id), min(m.person::text)::uuid INTO the_milestones, about FROM core.milestone m
     WHERE m.milestone_id = event
        OR m.milestone_id = (SELECT t.milestone_id FROM core.told t WHERE t.event_id = event);
    IF about IS NOT NULL THEN
        SELECT array_agg(f::uuid) INTO the_facts FROM core.milestone m, jsonb_array_elements_text(m.document -> 'facts') AS f
         WHERE m.milestone_id = ANY (the_milestones);
    ELSE
        the_facts := ARRAY[event];
        SELECT f.person INTO about FROM core.fact f WHERE f.fact_id = event;
        SELECT array_agg(m.milestone_id) INTO the_milestones FROM core.milestone m
         WHERE (m.person = about OR m.person IN (SELECT w.person FROM core.merged_with(about) w))
           AND m.document -> 'facts' ? event::text;
    END IF;
    IF about IS NULL THEN -- an event of a status: its key is the person
        SELECT o.key::uuid INTO about FROM core.outbox o WHERE o.event_id = event AND o.type = 'branchespor.Status';
    END IF;
    about := core.leads_to(about);
    PERFORM core.log_access(who, about, purpose, '{trace}');
    RETURN QUERY
        SELECT 'row', jsonb_build_object('delivery', d.delivery_id, 'feed', d.feed, 'partner', d.partner,
                   'file', d.file_name, 'line', p.line, 'received_at', d.received_at, 'verdict', d.verdict,
                   'receipt', d.receipt_id, 'fact', p.fact_id)
          FROM intake.published_fact p JOIN intake.delivery d USING (delivery_id)
         WHERE p.fact_id = ANY (the_facts) ORDER BY d.received_at, p.line, p.fact_id;
    RETURN QUERY
        SELECT 'fact', jsonb_build_object('fact', f.fact_id, 'kind', f.kind, 'topic', f.topic,
                   'partition', f.partition, 'offset', f.record_offset, 'stored_at', f.stored_at)
          FROM core.fact f WHERE f.fact_id = ANY (the_facts) ORDER BY f.stored_at, f.fact_id;
    RETURN QUERY
        SELECT 'milestone', jsonb_build_object('milestone', m.milestone_id, 'type', m.type,
                   'effective_day', m.effective_day, 'detected_day', m.detected_day, 'announced_at', m.announced_at,
                   'sent_at', o.sent_at)
          FROM core.milestone m LEFT JOIN core.outbox o ON o.event_id = m.milestone_id
         WHERE m.milestone_id = ANY (the_milestones) ORDER BY m.announced_at, m.person, m.position;
    RETURN QUERY
        SELECT 'told', jsonb_build_object('event', t.event_id, 'partner', t.partner, 'type', t.type,
                   'milestone', t.milestone_id, 'takes_back', t.retracts, 'told_at', t.told_at, 'sent_at', o.sent_at)
          FROM core.told t LEFT JOIN core.outbox o ON o.event_id = t.event_id
         WHERE t.milestone_id = ANY (the_milestones) ORDER BY t.number;
    RETURN QUERY
        SELECT 'status', jsonb_build_object('event', o.event_id, 'topic', o.topic, 'occurred_at', o.occurred_at,
                   'sent_at', o.sent_at)
          FROM core.outbox o WHERE o.event_id = event AND o.type = 'branchespor.Status';
END $$;
REVOKE ALL ON FUNCTION core.leads_to, core.merged_with, core.read_journal, core.read_trace FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core.leads_to, core.merged_with, core.read_journal, core.read_trace TO web_read;

-- Citizens are counted once, under the id that stays.
CREATE OR REPLACE VIEW core.citizens_by_state AS
    SELECT document ->> 'state' AS state, document ->> 'rule' AS rule, count(*) AS citizens
      FROM core.status WHERE NOT document ? 'merged_into' GROUP BY 1, 2;
CREATE OR REPLACE VIEW core.citizens_by_group AS
    SELECT target_group, document ->> 'state' AS state, count(*) AS citizens
      FROM core.status, jsonb_array_elements_text(document -> 'target_groups') AS target_group
     WHERE NOT document ? 'merged_into' GROUP BY 1, 2;
