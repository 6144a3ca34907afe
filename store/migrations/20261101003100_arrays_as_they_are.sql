-- +goose Up
-- A chunk lives for minutes and its numbers hardly compress, sealed bytes not at all: trying to took most of a chunk's
-- insert.
ALTER TABLE chunk ALTER message_ids SET STORAGE EXTERNAL, ALTER subjects SET STORAGE EXTERNAL;
ALTER TABLE payload ALTER sealed SET STORAGE EXTERNAL;
