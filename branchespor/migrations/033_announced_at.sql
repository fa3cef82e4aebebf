-- When a milestone was announced, so that the journal can be read as it stood at a moment.
ALTER TABLE core.milestone ADD COLUMN announced_at timestamptz NOT NULL DEFAULT now();
DROP FUNCTION core.read_journal;
CREATE FUNCTION core.read_journal(who text, about uuid, purpose text)
    RETURNS TABLE ("position" int, announced_at timestamptz, document jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM core.log_access(who, about, purpose, '{journal}');
    RETURN QUERY SELECT m.position, m.announced_at, m.document FROM core.milestone m
        WHERE m.person = about ORDER BY m.position;
END $$;
REVOKE ALL ON FUNCTION core.read_journal FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core.read_journal TO web_read;
