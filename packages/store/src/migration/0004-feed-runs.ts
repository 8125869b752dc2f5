/**
 * Who has collected a feed, and when: a run is one collector from its start to its end. Everything that a feed told between since_at and
 * through_at reached the run, but for the gaps that it told. So what lies between two runs is a gap too. A gap whose end was not told but
 * follows from a later run has no closed_by.
 */
export const feedRuns = `
CREATE TABLE feed_runs (
  run_id VARCHAR NOT NULL,
  broker VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  symbol VARCHAR NOT NULL,
  venue VARCHAR NOT NULL,
  since_at TIMESTAMP NOT NULL,
  through_at TIMESTAMP NOT NULL,
  PRIMARY KEY (run_id, broker, kind, symbol, venue)
);
`;
