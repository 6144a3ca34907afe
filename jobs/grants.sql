-- Run after River's own migrations, as the owner of its tables; safe to repeat.
GRANT USAGE ON SCHEMA river TO posthaste_jobs, posthaste_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA river TO posthaste_jobs;
REVOKE ALL ON river.river_migration FROM posthaste_jobs;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA river TO posthaste_jobs;

-- A request inserts jobs of its own tenant and sees no others. UPDATE of kind: River's insert names it on a conflict.
GRANT SELECT, INSERT, UPDATE (kind) ON river.river_job TO posthaste_app;
GRANT USAGE ON SEQUENCE river.river_job_id_seq TO posthaste_app;
ALTER TABLE river.river_job ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS one_tenant ON river.river_job;
CREATE POLICY one_tenant ON river.river_job TO posthaste_app USING (args ->> 'tenant' = public.app_tenant()::text);
DROP POLICY IF EXISTS runner ON river.river_job;
CREATE POLICY runner ON river.river_job TO posthaste_jobs USING (true);
