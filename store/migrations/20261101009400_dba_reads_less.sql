-- Database administrators read messages and contacts and nothing else: what people agreed to is the tenant's business.

-- +goose Up
DROP VIEW dba.consent, dba.suppression;
