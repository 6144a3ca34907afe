-- +goose Up
-- The lists of a chunk lie outside its row. A rule about their length read them from there at every change of the row;
-- now it is taken once, when they are written. Lists of different lengths have no size, which is refused.
ALTER TABLE chunk DROP CONSTRAINT chunk_check, DROP CONSTRAINT chunk_check1;
ALTER TABLE chunk ADD COLUMN size smallint NOT NULL GENERATED ALWAYS AS (
  CASE WHEN cardinality(positions) = cardinality(message_ids) AND cardinality(subjects) = cardinality(message_ids)
    THEN cardinality(message_ids)::smallint END) STORED;
ALTER TABLE chunk
  ADD CONSTRAINT chunk_size_check CHECK (size BETWEEN 1 AND 200),
  ADD CONSTRAINT chunk_intent_check CHECK (0 <= settled AND settled <= intent AND intent <= size);
