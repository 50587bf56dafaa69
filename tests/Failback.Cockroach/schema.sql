-- What the stand-in keeps in each database it serves: settings, jobs, and the functions that CockroachDB's statements are rewritten to.
-- Safe to run again.
CREATE SCHEMA IF NOT EXISTS crdb_internal;
GRANT USAGE ON SCHEMA crdb_internal TO PUBLIC;

CREATE TABLE IF NOT EXISTS crdb_internal.setting (variable text PRIMARY KEY, value text NOT NULL, initial text NOT NULL);
INSERT INTO crdb_internal.setting VALUES
  ('version', '25.2', '25.2'),
  ('kv.rangefeed.enabled', 'false', 'false'),
  ('gc.ttlseconds', '14400', '14400'),
  ('changefeed.permissions.require_external_connection_sink.enabled', 'false', 'false'),
  ('changefeed.max_retry_backoff', '30s', '30s'),
  ('changefeed.sink_io_workers', '4', '4'),
  ('changefeed.protect_timestamp.max_age', '96h', '96h'),
  ('kv.gc.clear_range_min_keys', '2000', '2000'),
  ('kv.closed_timestamp.target_duration', '3s', '3s'),
  ('kv.rangefeed.closed_timestamp_refresh_interval', '3s', '3s'),
  ('kv.rangefeed.concurrent_catchup_iterators', '16', '16'),
  ('cluster.organization', '', ''),
  ('sql.defaults.default_int_size', '8', '8')
ON CONFLICT DO NOTHING;

-- Where history begins: nothing older can be sent.
CREATE TABLE IF NOT EXISTS crdb_internal.history (since numeric NOT NULL);

CREATE SEQUENCE IF NOT EXISTS crdb_internal.job_number;
CREATE TABLE IF NOT EXISTS crdb_internal.job (
  id int8 PRIMARY KEY,
  description text NOT NULL,
  user_name text NOT NULL,
  status text NOT NULL,
  running_status text NOT NULL DEFAULT '',
  created timestamptz NOT NULL DEFAULT clock_timestamp(),
  started timestamptz,
  finished timestamptz,
  modified timestamptz NOT NULL DEFAULT clock_timestamp(),
  high_water numeric,
  error text NOT NULL DEFAULT '',
  sink text NOT NULL,
  sink_uri text NOT NULL,
  options jsonb NOT NULL,
  shown text NOT NULL,
  tables oid[] NOT NULL,
  full_table_names text[] NOT NULL,
  scan text NOT NULL,
  revision int8 NOT NULL DEFAULT 1);

CREATE TABLE IF NOT EXISTS crdb_internal.external_connection (name text PRIMARY KEY, uri text NOT NULL, owner text NOT NULL DEFAULT session_user);

CREATE TABLE IF NOT EXISTS crdb_internal.changefeed_grant (relation oid, grantee text, PRIMARY KEY (relation, grantee));

CREATE TABLE IF NOT EXISTS crdb_internal.system_grant (privilege text, grantee text, PRIMARY KEY (privilege, grantee));
CREATE TABLE IF NOT EXISTS crdb_internal.zone (relation oid PRIMARY KEY, seconds text NOT NULL);

-- Column families of a table, which PostgreSQL has not: what is here SHOW CREATE shows.
CREATE TABLE IF NOT EXISTS crdb_internal.family (relation regclass, name text, columns text, PRIMARY KEY (relation, name));

-- Storage parameters of a table that PostgreSQL has not: what is here SHOW CREATE shows.
CREATE TABLE IF NOT EXISTS crdb_internal.storage_parameter (relation regclass PRIMARY KEY, parameters text NOT NULL);

CREATE OR REPLACE FUNCTION crdb_internal.raise(code text, message text, hint text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF hint = '' THEN RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message;
  ELSE RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message, HINT = hint; END IF;
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.value_of(name text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS
  $$ SELECT value FROM crdb_internal.setting WHERE variable = name $$;

CREATE OR REPLACE FUNCTION crdb_internal.version() RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT 'CockroachDB CCL v' || crdb_internal.value_of('version') || CASE WHEN crdb_internal.value_of('version') LIKE '%.%.%' THEN '' ELSE '.0' END || ' (stand-in for tests on ' || pg_catalog.split_part(pg_catalog.version(), ' on ', 1) || ')' $$;

CREATE OR REPLACE FUNCTION crdb_internal.is_admin() RETURNS bool LANGUAGE sql STABLE AS
  $$ SELECT rolsuper FROM pg_roles WHERE rolname = session_user $$;

CREATE OR REPLACE FUNCTION crdb_internal.hlc(at timestamptz) RETURNS numeric LANGUAGE sql STABLE AS
  $$ SELECT (extract(epoch FROM at) * 1000000)::int8::numeric * 1000 + 0.0000000000 $$;

CREATE OR REPLACE FUNCTION crdb_internal.now_hlc() RETURNS numeric LANGUAGE sql VOLATILE AS
  $$ SELECT crdb_internal.hlc(clock_timestamp()) $$;

CREATE OR REPLACE FUNCTION crdb_internal.cluster_logical_timestamp() RETURNS numeric LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'serializable' THEN
    RAISE EXCEPTION USING ERRCODE = '0A000', MESSAGE = 'unsupported in ' || upper(current_setting('transaction_isolation')) || ' isolation';
  END IF;
  RETURN crdb_internal.now_hlc();
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.follower_read_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
  $$ SELECT clock_timestamp() - interval '4.2 seconds' $$;

CREATE OR REPLACE FUNCTION crdb_internal.gc_threshold() RETURNS numeric LANGUAGE sql VOLATILE SECURITY DEFINER AS $$
  SELECT greatest(
    crdb_internal.hlc(clock_timestamp() - make_interval(secs => crdb_internal.value_of('gc.ttlseconds')::float8)),
    coalesce((SELECT min(since) FROM crdb_internal.history), 0)) $$;

-- A time as changefeeds and AS OF SYSTEM TIME take it: HLC, nanoseconds, text, negative interval.
CREATE OR REPLACE FUNCTION crdb_internal.parse_time(value text) RETURNS numeric LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF value ~ '^[0-9]{10,}(\.[0-9]+)?$' THEN RETURN value::numeric + 0.0000000000; END IF;
  IF value ~ '^-' THEN RETURN crdb_internal.hlc(clock_timestamp() + value::interval); END IF;
  RETURN crdb_internal.hlc(value::timestamptz);
EXCEPTION WHEN others THEN
  RAISE EXCEPTION USING ERRCODE = '22007', MESSAGE = 'value is neither timestamp, decimal, nor interval';
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.as_of(value text) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
DECLARE at numeric := crdb_internal.parse_time(value);
BEGIN
  IF at < crdb_internal.gc_threshold() THEN
    RAISE EXCEPTION USING ERRCODE = 'XXUUU', MESSAGE = format('batch timestamp %s must be after replica GC threshold %s', at, crdb_internal.gc_threshold());
  END IF;
  IF at > crdb_internal.hlc(clock_timestamp() + interval '500 milliseconds') THEN
    RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = 'AS OF SYSTEM TIME: cannot specify timestamp in the future';
  END IF;
  RETURN true;
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.show_setting(name text) RETURNS TABLE (value text) LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) AND NOT EXISTS (SELECT FROM crdb_internal.system_grant WHERE privilege = 'viewclustersetting' AND grantee = session_user) THEN
    RAISE EXCEPTION USING ERRCODE = '42501', MESSAGE = 'only users with MODIFYCLUSTERSETTING or VIEWCLUSTERSETTING privileges are allowed to show cluster setting ' || quote_literal(name);
  END IF;
  RETURN QUERY SELECT s.value FROM crdb_internal.setting s WHERE s.variable = name;
  IF NOT FOUND THEN RAISE EXCEPTION USING ERRCODE = '42704', MESSAGE = format('unknown setting: %s', name); END IF;
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.set_setting(name text, new_value text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN
    RAISE EXCEPTION USING ERRCODE = '42501', MESSAGE = format('only users with MODIFYCLUSTERSETTING are allowed to set cluster setting ''%s''', name);
  END IF;
  UPDATE crdb_internal.setting SET value = CASE WHEN new_value IN ('on', 'true') THEN 'true' WHEN new_value IN ('off', 'false') THEN 'false' ELSE coalesce(new_value, initial) END WHERE variable = name;
  IF NOT FOUND THEN RAISE EXCEPTION USING ERRCODE = '42704', MESSAGE = format('unknown cluster setting ''%s''', name); END IF;
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.grant_changefeed(name text, grantee text) RETURNS void LANGUAGE sql SECURITY DEFINER AS
  $$ INSERT INTO crdb_internal.changefeed_grant VALUES (name::regclass, grantee) ON CONFLICT DO NOTHING $$;
CREATE OR REPLACE FUNCTION crdb_internal.revoke_changefeed(name text, grantee text) RETURNS void LANGUAGE sql SECURITY DEFINER AS
  $$ DELETE FROM crdb_internal.changefeed_grant g WHERE g.relation = name::regclass AND g.grantee = revoke_changefeed.grantee $$;

-- A name without its database, which PostgreSQL takes only when it is the current one anyway.
CREATE OR REPLACE FUNCTION crdb_internal.local(name text) RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT CASE WHEN name LIKE '"%"."%"."%"' THEN regexp_replace(name, '^"[^"]*"\.', '') ELSE name END $$;

CREATE OR REPLACE FUNCTION crdb_internal.grant_system(privilege text, grantee text) RETURNS void LANGUAGE sql SECURITY DEFINER AS
  $$ INSERT INTO crdb_internal.system_grant VALUES (privilege, grantee) ON CONFLICT DO NOTHING $$;

-- When a row was last written; null where the server does not keep the times of commits.
CREATE OR REPLACE FUNCTION crdb_internal.row_hlc(writer xid) RETURNS numeric LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN CASE WHEN current_setting('track_commit_timestamp') = 'on' THEN crdb_internal.hlc(pg_xact_commit_timestamp(writer)) END;
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.set_zone(name text, new_seconds text) RETURNS void LANGUAGE sql AS
  $$ INSERT INTO crdb_internal.zone VALUES (crdb_internal.local(name)::regclass, new_seconds) ON CONFLICT (relation) DO UPDATE SET seconds = EXCLUDED.seconds $$;

CREATE OR REPLACE FUNCTION crdb_internal.alter_primary_key(name text, columns text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE relation regclass := crdb_internal.local(name)::regclass;
BEGIN
  EXECUTE (SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', relation, conname) FROM pg_constraint WHERE conrelid = relation AND contype = 'p');
  EXECUTE format('ALTER TABLE %s ADD PRIMARY KEY (%s)', relation, (SELECT string_agg(quote_ident(c), ', ' ORDER BY i) FROM unnest(columns) WITH ORDINALITY AS u (c, i)));
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.full_name(relation oid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT current_database() || '.' || CASE WHEN n.nspname ~ '^[a-z_][a-z0-9_]*$' THEN n.nspname::text ELSE quote_ident(n.nspname) END
    || '.' || CASE WHEN c.relname ~ '^[a-z_][a-z0-9_]*$' THEN c.relname::text ELSE quote_ident(c.relname) END
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation $$;

-- The table of a name of one to three parts, checked as CREATE CHANGEFEED checks its targets.
CREATE OR REPLACE FUNCTION crdb_internal.target(name jsonb, who text) RETURNS oid LANGUAGE plpgsql STABLE AS $$
DECLARE
  parts text[] := ARRAY(SELECT jsonb_array_elements_text(name));
  shown text := array_to_string(parts, '.');
  found oid;
  kind "char";
BEGIN
  IF cardinality(parts) = 3 AND parts[1] <> current_database() THEN
    RAISE EXCEPTION USING ERRCODE = '3D000', MESSAGE = format('database "%s" does not exist', parts[1]);
  END IF;
  IF cardinality(parts) = 3 THEN parts := parts[2:3]; END IF;
  found := to_regclass((SELECT string_agg(quote_ident(p), '.' ORDER BY i) FROM unnest(parts) WITH ORDINALITY AS u (p, i)));
  IF found IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = '42P01', MESSAGE = format('failed to resolve targets in the CHANGEFEED stmt: table "%s" does not exist', shown),
      HINT = 'do the targets exist at the specified cursor time?';
  END IF;
  SELECT relkind INTO kind FROM pg_class WHERE oid = found;
  IF kind = 'v' OR kind = 'm' THEN RAISE EXCEPTION USING ERRCODE = '42809', MESSAGE = format('CHANGEFEED cannot target views: %s', shown); END IF;
  IF kind = 'S' THEN RAISE EXCEPTION USING ERRCODE = '42809', MESSAGE = format('CHANGEFEED cannot target sequences: %s', shown); END IF;
  IF (SELECT relnamespace::regnamespace::text IN ('pg_catalog', 'information_schema', 'crdb_internal') FROM pg_class WHERE oid = found) THEN
    RAISE EXCEPTION USING ERRCODE = '42809', MESSAGE = 'CHANGEFEED cannot target system tables';
  END IF;
  IF NOT EXISTS (SELECT FROM pg_index WHERE indrelid = found AND indisprimary) THEN
    RAISE EXCEPTION USING ERRCODE = '0A000', MESSAGE = format('this stand-in cannot feed table %s: it has no primary key', shown);
  END IF;
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = who) AND NOT EXISTS (SELECT FROM crdb_internal.changefeed_grant WHERE relation = found AND grantee = who)
    AND NOT pg_has_role(who, (SELECT relowner FROM pg_class WHERE oid = found), 'MEMBER') THEN
    RAISE EXCEPTION USING ERRCODE = '42501',
      MESSAGE = format('user "%s" requires the CHANGEFEED privilege on all target tables to be able to run an enterprise changefeed', who);
  END IF;
  RETURN found;
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.describe(tables oid[], sink_uri text, shown text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT 'CREATE CHANGEFEED FOR TABLE ' || string_agg(crdb_internal.full_name(t), ', TABLE ' ORDER BY i) || ' INTO ' || quote_literal(sink_uri)
    || CASE WHEN shown = '' THEN '' ELSE ' WITH OPTIONS (' || shown || ')' END
  FROM unnest(tables) WITH ORDINALITY AS u (t, i) $$;

CREATE OR REPLACE FUNCTION crdb_internal.create_connection(wanted text, sink text) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
  IF string_to_array(crdb_internal.value_of('version'), '.')::int[] < ARRAY[22, 2] THEN RAISE EXCEPTION USING ERRCODE = '42601', MESSAGE = 'at or near "external": syntax error'; END IF;
  INSERT INTO crdb_internal.external_connection (name, uri) VALUES (wanted, sink);
EXCEPTION WHEN unique_violation THEN
  RAISE EXCEPTION USING ERRCODE = '42710', MESSAGE = format('failed to create external connection: external connection with name %s already exists', quote_literal(wanted));
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.drop_connection(wanted text) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
  DELETE FROM crdb_internal.external_connection WHERE name = wanted;
  IF NOT FOUND THEN RAISE EXCEPTION USING ERRCODE = '42704', MESSAGE = format('external connection with name %s does not exist', quote_literal(wanted)); END IF;
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.sink_of(uri text) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE found text;
BEGIN
  IF uri NOT LIKE 'external://%' THEN RETURN uri; END IF;
  SELECT c.uri INTO found FROM crdb_internal.external_connection AS c WHERE c.name = substr(sink_of.uri, 12);
  IF found IS NULL THEN RAISE EXCEPTION USING ERRCODE = '42704', MESSAGE = format('failed to load external connection object: external connection with name %s does not exist', quote_literal(substr(uri, 12))); END IF;
  RETURN found;
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.create_changefeed(spec jsonb) RETURNS int8 LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  options jsonb := spec -> 'options';
  version int[] := string_to_array(crdb_internal.value_of('version'), '.')::int[];
  since numeric := crdb_internal.now_hlc();
  scan text := CASE WHEN options ? 'initial_scan_only' THEN 'only' WHEN options ? 'no_initial_scan' THEN 'no' WHEN options ? 'initial_scan' THEN coalesce(nullif(options ->> 'initial_scan', ''), 'yes')
    WHEN options ? 'cursor' THEN 'no' ELSE 'yes' END;
  tables oid[];
  job int8;
  gate record;
BEGIN
  IF crdb_internal.value_of('kv.rangefeed.enabled') <> 'true' THEN
    RAISE EXCEPTION USING ERRCODE = '55000',
      MESSAGE = 'rangefeeds require the kv.rangefeed.enabled setting. See https://www.cockroachlabs.com/docs/stable/create-and-configure-changefeeds.html#enable-rangefeeds';
  END IF;
  FOR gate IN SELECT * FROM (VALUES ('compression', ARRAY[25, 2]), ('extra_headers', ARRAY[25, 4]), ('encode_json_value_null_as_object', ARRAY[24, 2]), ('ignore_disable_changefeed_replication', ARRAY[24, 1])) AS g (option, least) LOOP
    IF options ? gate.option AND version < gate.least THEN RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = format('invalid option "%s"', gate.option); END IF;
  END LOOP;
  IF scan NOT IN ('yes', 'no', 'only') THEN RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = 'unknown initial_scan: ' || scan; END IF;
  SELECT array_agg(DISTINCT crdb_internal.target(t, session_user)) INTO tables FROM jsonb_array_elements(spec -> 'tables') AS t;
  IF options ? 'cursor' THEN
    since := crdb_internal.parse_time(options ->> 'cursor');
    IF since < crdb_internal.gc_threshold() THEN
      RAISE EXCEPTION USING ERRCODE = 'XXUUU', MESSAGE = format('batch timestamp %s must be after replica GC threshold %s', since, crdb_internal.gc_threshold());
    END IF;
    IF since > crdb_internal.hlc(clock_timestamp() + interval '500 milliseconds') THEN
      RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = 'cannot specify cursor in the future';
    END IF;
  END IF;
  job := ((extract(epoch FROM clock_timestamp()) * 100000)::int8 << 15) | (nextval('crdb_internal.job_number') & 32767);
  INSERT INTO crdb_internal.job (id, description, user_name, status, started, high_water, sink, sink_uri, options, shown, tables, full_table_names, scan)
  VALUES (job, crdb_internal.describe(tables, spec ->> 'sink_uri', spec ->> 'shown'), session_user, 'running', clock_timestamp(), since, crdb_internal.sink_of(spec ->> 'sink'), spec ->> 'sink_uri',
    options, spec ->> 'shown', tables, ARRAY(SELECT crdb_internal.full_name(t) FROM unnest(tables) AS t ORDER BY 1), scan);
  RETURN job;
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.own_job(wanted int8) RETURNS crdb_internal.job LANGUAGE plpgsql VOLATILE AS $$
DECLARE found crdb_internal.job;
BEGIN
  SELECT * INTO found FROM crdb_internal.job WHERE id = wanted FOR UPDATE;
  IF found.id IS NULL THEN RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = format('job with ID %s does not exist', wanted); END IF;
  IF found.user_name <> session_user AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN
    RAISE EXCEPTION USING ERRCODE = '42501', MESSAGE = format('user %s does not have privileges for job %s', session_user, wanted);
  END IF;
  RETURN found;
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.control_job(action text, wanted int8, reason text) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
  found crdb_internal.job := crdb_internal.own_job(wanted);
  goal text := CASE action WHEN 'pause' THEN 'pause-requested' WHEN 'resume' THEN 'running' ELSE 'cancel-requested' END;
BEGIN
  IF action = 'pause' AND found.status IN ('pause-requested', 'paused') THEN RETURN; END IF;
  IF action = 'pause' AND found.status NOT IN ('running', 'pending') THEN
    RAISE EXCEPTION USING ERRCODE = '55000', MESSAGE = format('job with status %s cannot be requested to be paused', found.status);
  ELSIF action = 'resume' AND found.status = 'running' THEN RETURN;
  ELSIF action = 'resume' AND found.status <> 'paused' THEN
    RAISE EXCEPTION USING ERRCODE = '55000', MESSAGE = format('job with status %s cannot be resumed', found.status);
  ELSIF action = 'cancel' AND found.status NOT IN ('running', 'pending', 'paused', 'pause-requested') THEN
    RAISE EXCEPTION USING ERRCODE = '55000', MESSAGE = format('job with status %s cannot be requested to be canceled', found.status);
  END IF;
  UPDATE crdb_internal.job SET status = goal, running_status = CASE action WHEN 'pause' THEN coalesce('pausing: ' || reason, '') ELSE '' END,
    error = CASE action WHEN 'resume' THEN '' ELSE error END, modified = clock_timestamp() WHERE id = wanted;
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.alter_changefeed(wanted int8, spec jsonb) RETURNS TABLE (job_id int8, job_description text) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  found crdb_internal.job := crdb_internal.own_job(wanted);
  added oid[] := ARRAY(SELECT crdb_internal.target(t, session_user) FROM jsonb_array_elements(spec -> 'add') AS t);
  gone oid[] := ARRAY(SELECT crdb_internal.target(t, session_user) FROM jsonb_array_elements(spec -> 'drop') AS t);
  new_tables oid[];
  stranger text;
BEGIN
  IF found.status <> 'paused' THEN RAISE EXCEPTION USING ERRCODE = '55000', MESSAGE = format('job %s is not paused', wanted); END IF;
  SELECT crdb_internal.full_name(g) INTO stranger FROM unnest(gone) AS g WHERE g <> ALL (found.tables) LIMIT 1;
  IF stranger IS NOT NULL THEN RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = format('target TABLE "%s" is not watched by changefeed', stranger); END IF;
  new_tables := ARRAY(SELECT DISTINCT t FROM unnest(found.tables || added) AS t WHERE t <> ALL (gone));
  IF cardinality(new_tables) = 0 THEN RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = 'cannot drop all targets'; END IF;
  UPDATE crdb_internal.job j SET tables = new_tables, full_table_names = ARRAY(SELECT crdb_internal.full_name(t) FROM unnest(new_tables) AS t ORDER BY 1),
    options = (j.options || (spec -> 'set')) - ARRAY(SELECT jsonb_array_elements_text(spec -> 'unset')), description = crdb_internal.describe(new_tables, j.sink_uri, j.shown),
    scan = CASE WHEN (spec ->> 'scan')::bool THEN 'yes' ELSE j.scan END, revision = revision + 1, modified = clock_timestamp() WHERE j.id = wanted;
  RETURN QUERY SELECT j.id, j.description FROM crdb_internal.job j WHERE j.id = wanted;
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.changefeed_rows() RETURNS TABLE (
  job_id int8, description text, user_name text, status text, running_status text, created timestamptz, started timestamptz, finished timestamptz, modified timestamptz,
  high_water_timestamp numeric, readable_high_water_timestamptz timestamptz, error text, sink_uri text, full_table_names text[], topics text, format text)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT id, description, user_name, status, running_status, created, started, finished, modified, CASE WHEN scan NOT IN ('yes', 'only') THEN high_water END, to_timestamp((trunc(high_water / 1000) / 1000000)::float8), error,
    sink_uri, full_table_names, NULL::text, 'json'
  FROM crdb_internal.job WHERE user_name = session_user OR (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) $$;

CREATE OR REPLACE VIEW crdb_internal.changefeed_jobs AS
  SELECT * FROM crdb_internal.changefeed_rows() WHERE finished IS NULL OR finished > now() - interval '12 hours' ORDER BY created DESC;
CREATE OR REPLACE VIEW crdb_internal.jobs AS
  SELECT job_id, 'CHANGEFEED'::text AS job_type, description, user_name, status, running_status, created, started, finished, modified,
    NULL::float8 AS fraction_completed, error, 1::int8 AS coordinator_id FROM crdb_internal.changefeed_rows();
GRANT SELECT ON crdb_internal.changefeed_jobs, crdb_internal.jobs TO PUBLIC;

CREATE OR REPLACE FUNCTION crdb_internal.changefeed_job(id int8) RETURNS SETOF crdb_internal.changefeed_jobs LANGUAGE sql STABLE AS
  $$ SELECT * FROM crdb_internal.changefeed_rows() WHERE job_id = id $$;

CREATE OR REPLACE FUNCTION crdb_internal.show_indexes(name text) RETURNS TABLE (
  table_name text, index_name text, non_unique bool, seq_in_index int8, column_name text, definition text, direction text, storing bool, implicit bool, visible bool)
LANGUAGE sql STABLE AS $$
  SELECT t.relname::text, i.relname::text, NOT x.indisunique, k.seq, a.attname::text, a.attname::text, 'ASC', false, false, true
  FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
    CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k (attnum, seq) JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
  WHERE t.oid = crdb_internal.local(name)::regclass ORDER BY 2, 4 $$;

CREATE OR REPLACE FUNCTION crdb_internal.show_columns(name text) RETURNS TABLE (
  column_name text, data_type text, is_nullable bool, column_default text, generation_expression text, indices text[], is_hidden bool)
LANGUAGE sql STABLE AS $$
  SELECT a.attname::text, upper(format_type(a.atttypid, a.atttypmod)), NOT a.attnotnull, CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
    CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) ELSE '' END,
    ARRAY(SELECT i.indexrelid::regclass::text FROM pg_index i WHERE i.indrelid = a.attrelid AND a.attnum = ANY (i.indkey)), false
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = crdb_internal.local(name)::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum $$;

CREATE OR REPLACE FUNCTION crdb_internal.show_create(name text) RETURNS TABLE (table_name text, create_statement text) LANGUAGE sql STABLE AS $$
  SELECT name, 'CREATE TABLE ' || crdb_internal.local(name)::regclass::text || E' (\n\t'
    || string_agg(quote_ident(a.attname) || ' ' || upper(format_type(a.atttypid, a.atttypmod)) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE ' NULL' END
      || CASE WHEN a.attgenerated = '' THEN '' ELSE ' AS (' || pg_get_expr(d.adbin, d.adrelid) || ') ' || coalesce(col_description(a.attrelid, a.attnum), 'STORED') END, E',\n\t' ORDER BY a.attnum)
    || coalesce((SELECT string_agg(E',\n\tFAMILY ' || f.name || ' (' || f.columns || ')', '') FROM crdb_internal.family f WHERE f.relation = crdb_internal.local(show_create.name)::regclass), '') || E'\n)'
    || coalesce((SELECT ' WITH (' || p.parameters || ')' FROM crdb_internal.storage_parameter p WHERE p.relation = crdb_internal.local(show_create.name)::regclass), '')
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = crdb_internal.local(name)::regclass AND a.attnum > 0 AND NOT a.attisdropped $$;
GRANT SELECT ON crdb_internal.family, crdb_internal.storage_parameter TO PUBLIC;

CREATE OR REPLACE FUNCTION crdb_internal.show_grants(name text) RETURNS TABLE (database_name text, schema_name text, table_name text, grantee text, privilege_type text, is_grantable bool)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT current_database()::text, c.relnamespace::regnamespace::text, c.relname::text, g.grantee, 'CHANGEFEED', false
  FROM crdb_internal.changefeed_grant g JOIN pg_class c ON c.oid = g.relation WHERE c.oid = crdb_internal.local(name)::regclass
  UNION ALL SELECT current_database()::text, c.relnamespace::regnamespace::text, c.relname::text, coalesce(nullif(a.grantee, 0)::regrole::text, 'public'), a.privilege_type, a.is_grantable
  FROM pg_class c CROSS JOIN LATERAL aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a WHERE c.oid = crdb_internal.local(name)::regclass $$;

CREATE OR REPLACE FUNCTION crdb_internal.show_zone(name text) RETURNS TABLE (target text, raw_config_sql text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT z.target, format(E'ALTER %s CONFIGURE ZONE USING\n\trange_min_bytes = 134217728,\n\trange_max_bytes = 536870912,\n\tgc.ttlseconds = %s,\n\tnum_replicas = 3', z.target, z.seconds)
  FROM (SELECT 'TABLE ' || name AS target, seconds FROM crdb_internal.zone WHERE name IS NOT NULL AND relation = crdb_internal.local(name)::regclass
    UNION ALL SELECT 'RANGE default', crdb_internal.value_of('gc.ttlseconds')) AS z LIMIT 1 $$;

CREATE OR REPLACE VIEW crdb_internal.tables_shown AS
  SELECT n.nspname::text AS schema_name, c.relname::text AS table_name, CASE c.relkind WHEN 'v' THEN 'view' WHEN 'S' THEN 'sequence' ELSE 'table' END AS type,
    c.relowner::regrole::text AS owner, 0::int8 AS estimated_row_count, NULL::text AS locality
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'S') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'crdb_internal') AND n.nspname NOT LIKE 'pg\_%';
GRANT SELECT ON crdb_internal.tables_shown TO PUBLIC;

-- Whole old rows in the log: keys of deletes, unchanged long values, the option diff.
CREATE OR REPLACE FUNCTION crdb_internal.on_create() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE made record;
BEGIN
  FOR made IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE object_type = 'table' AND schema_name IS DISTINCT FROM 'crdb_internal' LOOP
    EXECUTE format('ALTER TABLE %s REPLICA IDENTITY FULL', made.object_identity);
  END LOOP;
END $$;
DROP EVENT TRIGGER IF EXISTS crdb_on_create;
CREATE EVENT TRIGGER crdb_on_create ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO') EXECUTE FUNCTION crdb_internal.on_create();
DO $$
DECLARE there record;
BEGIN
  FOR there IN SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND c.relreplident <> 'f' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'crdb_internal') AND n.nspname NOT LIKE 'pg\_%' LOOP
    EXECUTE format('ALTER TABLE %s REPLICA IDENTITY FULL', there.name);
  END LOOP;
END $$;
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_publication WHERE pubname = 'crdb_stand_in') THEN CREATE PUBLICATION crdb_stand_in FOR ALL TABLES; END IF; END $$;
