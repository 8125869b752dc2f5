/**
 * What became of the parts of a gap: one row per trading day that it touches. `recovered`: all trades of `[from_at, to_at]` are
 * here, proven by the cumulative volume; `unavailable`: nobody tells them any more, and why. What no row tells is still missing.
 */
export const recoveries = `
CREATE TABLE recoveries (
  gap_id VARCHAR NOT NULL,
  from_at TIMESTAMP NOT NULL,
  to_at TIMESTAMP NOT NULL,
  state VARCHAR NOT NULL,
  reason VARCHAR,
  trades INTEGER NOT NULL,
  batch_id VARCHAR NOT NULL,
  recorded_at TIMESTAMP NOT NULL,
  PRIMARY KEY (gap_id, from_at)
);
`;
