-- +goose Up
-- A tenant's deletion begins with its keys and ends with its row; everything else goes in between, in batches.
ALTER TABLE tenant ADD deleting_at timestamptz;
ALTER TABLE tenant ADD CONSTRAINT tenant_deleting CHECK ((state = 'DELETING') = (deleting_at IS NOT NULL));

-- Nothing gives a tenant keys again once it is being deleted. The lock makes whoever comes at the same moment wait: a key
-- is either there for the deletion to destroy, or is not made.
-- +goose StatementBegin
CREATE FUNCTION refuse_key_of_deleting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT t.state FROM tenant t WHERE t.id = NEW.tenant_id FOR SHARE) = 'DELETING' THEN
    RAISE EXCEPTION 'the tenant is being deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'tenant_key_deleting';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER refuse_key_of_deleting BEFORE INSERT ON tenant_key FOR EACH ROW EXECUTE FUNCTION refuse_key_of_deleting();

-- Every table that holds rows of tenants, from the catalogue, so that none can be forgotten: partitions by themselves, and
-- what refers to others before these.
-- +goose StatementBegin
CREATE FUNCTION tenant_tables() RETURNS SETOF text LANGUAGE sql STABLE SET search_path = pg_catalog
BEGIN ATOMIC
  WITH RECURSIVE tables AS (
    SELECT c.oid FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
  ), refers AS (
    SELECT DISTINCT f.conrelid AS child, f.confrelid AS parent FROM pg_constraint f WHERE f.contype = 'f' AND f.conrelid <> f.confrelid
  ), depths (oid, depth) AS (
    SELECT t.oid, 0 FROM tables t
    UNION
    SELECT r.parent, d.depth + 1 FROM depths d JOIN refers r ON r.child = d.oid WHERE d.depth < 50
  )
  SELECT format('%I.%I', n.nspname, c.relname)
  FROM depths d JOIN tables t ON t.oid = d.oid JOIN pg_class c ON c.oid = d.oid JOIN pg_namespace n ON n.oid = c.relnamespace
  GROUP BY n.nspname, c.relname ORDER BY max(d.depth), n.nspname, c.relname;
END;
-- +goose StatementEnd

-- Refuses unless the tenant is being deleted and has no key any more.
-- +goose StatementBegin
CREATE PROCEDURE require_deleting(tenant bigint) LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.tenant t WHERE t.id = tenant AND t.state = 'DELETING')
    OR EXISTS (SELECT FROM public.tenant_key k WHERE k.tenant_id = tenant) THEN
    RAISE EXCEPTION 'this tenant is not being deleted' USING ERRCODE = 'insufficient_privilege';
  END IF;
END $$;
-- +goose StatementEnd

-- Deletes at most so many rows of a tenant that is being deleted, and tells how many. For the owner of the tables alone: also
-- the ledger goes, which nobody else may touch. Of the outbox only what is in no batch: a frozen one is sent again with exactly
-- the same rows, or those of other tenants would count twice.
-- +goose StatementBegin
CREATE FUNCTION forget_tenant_rows(tenant bigint, tbl text, most integer) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  gone bigint;
  free text := CASE WHEN to_regclass(tbl) = 'public.outbox'::regclass THEN 'batch IS NULL' ELSE 'true' END;
BEGIN
  CALL require_deleting(tenant);
  IF to_regclass(tbl) IS NULL THEN
    RETURN 0; -- a partition whose week is over
  END IF;
  EXECUTE format('DELETE FROM %1$s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$s WHERE tenant_id = $1 AND %2$s LIMIT $2)) AND tenant_id = $1 AND %2$s',
    to_regclass(tbl), free) USING tenant, most;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;
-- +goose StatementEnd

-- Removes the tenant's own row, unless any table still names it.
-- +goose StatementBegin
CREATE FUNCTION forget_tenant(tenant bigint) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  tbl text;
  found_one boolean;
BEGIN
  CALL require_deleting(tenant);
  FOR tbl IN SELECT tenant_tables() LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE tenant_id = $1)', tbl) INTO found_one USING tenant;
    IF found_one THEN
      RETURN false;
    END IF;
  END LOOP;
  DELETE FROM public.tenant t WHERE t.id = tenant;
  RETURN true;
END $$;
-- +goose StatementEnd

REVOKE ALL ON FUNCTION forget_tenant_rows(bigint, text, integer), forget_tenant(bigint) FROM PUBLIC;
