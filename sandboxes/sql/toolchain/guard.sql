CREATE ROLE builder LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;

CREATE ROLE checker LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS;

GRANT pg_read_all_data TO checker;

ALTER ROLE checker SET default_transaction_read_only = on;

REVOKE ALL ON SCHEMA public FROM PUBLIC;

GRANT USAGE ON SCHEMA public TO PUBLIC;

ALTER SCHEMA public OWNER TO builder;

ALTER DATABASE template0 ALLOW_CONNECTIONS true;

DO $$ DECLARE one regprocedure; BEGIN
FOR one IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
  AND (proname LIKE 'lo\_%' OR proname IN ('lowrite', 'loread', 'pg_cancel_backend',
  'pg_terminate_backend', 'pg_logical_emit_message', 'pg_notify', 'pg_export_snapshot'))
LOOP EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one); END LOOP; END $$;

CREATE SCHEMA guard;

CREATE FUNCTION guard.before() RETURNS event_trigger LANGUAGE plpgsql SET search_path = pg_catalog
AS $$ BEGIN
IF session_user IN ('harness', 'builder') THEN RETURN; END IF;
IF tg_tag !~ '^(CREATE|ALTER|DROP) (TABLE|VIEW|INDEX|SEQUENCE|SCHEMA|MATERIALIZED VIEW|TRIGGER|FUNCTION|PROCEDURE|ROUTINE|TYPE|DOMAIN|POLICY|RULE|STATISTICS)$'
  AND tg_tag NOT IN ('CREATE TABLE AS', 'SELECT INTO', 'COMMENT', 'GRANT', 'REVOKE', 'REINDEX',
  'REFRESH MATERIALIZED VIEW', 'DROP OWNED')
THEN RAISE insufficient_privilege USING MESSAGE = format('%s is not allowed here', tg_tag); END IF;
END $$;

CREATE FUNCTION guard.after() RETURNS event_trigger LANGUAGE plpgsql SET search_path = pg_catalog
AS $$ BEGIN
IF session_user IN ('harness', 'builder') THEN RETURN; END IF;
IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() AS made JOIN pg_proc AS own
  ON made.classid = 'pg_proc'::regclass AND own.oid = made.objid
  JOIN pg_proc AS built_in ON built_in.proname = own.proname
  AND built_in.pronamespace = 'pg_catalog'::regnamespace)
THEN RAISE insufficient_privilege USING MESSAGE = 'a function may not be named like a built-in one'; END IF;
END $$;

CREATE EVENT TRIGGER guard_before ON ddl_command_start EXECUTE FUNCTION guard.before();

CREATE EVENT TRIGGER guard_after ON ddl_command_end EXECUTE FUNCTION guard.after();

VACUUM FREEZE;

