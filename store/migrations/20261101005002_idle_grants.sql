-- +goose Up
-- Rights that no statement across tenants uses: what the role cannot do, a mistake in a statement cannot do either.
REVOKE INSERT, UPDATE ON app_user, invite, tenant_key FROM posthaste_across;
REVOKE UPDATE ON allow_revision, api_key, session, tenant FROM posthaste_across;
REVOKE SELECT, DELETE ON message_state FROM posthaste_across;
REVOKE DELETE ON export_dead, portfolio_owner FROM posthaste_across;
