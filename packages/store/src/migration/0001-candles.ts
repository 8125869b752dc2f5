/**
 * Times are UTC without a zone (TIMESTAMP), days are Korean days. Prices are raw KRW.
 * coverage has no key: the writer keeps its intervals disjoint, and DuckDB checks keys before a delete of the same
 * transaction counts.
 */
export const candles = `
CREATE TABLE batches (
  batch_id VARCHAR PRIMARY KEY,
  broker VARCHAR NOT NULL,
  tr VARCHAR NOT NULL,
  key_id VARCHAR NOT NULL,
  request_ids VARCHAR[] NOT NULL,
  fetched_at TIMESTAMP NOT NULL,
  normaliser_version INTEGER NOT NULL,
  committed_at TIMESTAMP NOT NULL,
  inserted INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  unchanged INTEGER NOT NULL
);

CREATE TABLE candles (
  symbol VARCHAR NOT NULL,
  venue VARCHAR NOT NULL,
  interval VARCHAR NOT NULL,
  start_at TIMESTAMP NOT NULL,
  source VARCHAR NOT NULL,
  open DECIMAL(18, 4) NOT NULL,
  high DECIMAL(18, 4) NOT NULL,
  low DECIMAL(18, 4) NOT NULL,
  close DECIMAL(18, 4) NOT NULL,
  volume BIGINT NOT NULL,
  value DECIMAL(24, 4),
  batch_id VARCHAR NOT NULL,
  fetched_at TIMESTAMP NOT NULL,
  PRIMARY KEY (symbol, venue, interval, start_at, source)
);

CREATE TABLE coverage (
  symbol VARCHAR NOT NULL,
  venue VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  interval VARCHAR NOT NULL,
  source VARCHAR NOT NULL,
  day DATE NOT NULL,
  from_at TIMESTAMP NOT NULL,
  to_at TIMESTAMP NOT NULL,
  state VARCHAR NOT NULL,
  batch_id VARCHAR NOT NULL
);

CREATE TABLE trading_days (
  venue VARCHAR NOT NULL,
  day DATE NOT NULL,
  state VARCHAR NOT NULL,
  open_at TIMESTAMP,
  close_at TIMESTAMP,
  source VARCHAR NOT NULL,
  fetched_at TIMESTAMP NOT NULL,
  PRIMARY KEY (venue, day)
);

CREATE VIEW candles_best AS
SELECT * FROM candles
QUALIFY row_number() OVER (
  PARTITION BY symbol, venue, interval, start_at
  ORDER BY list_position(
    ['REST_API_KIS', 'REST_API_KIWOOM', 'TICK_AGGREGATION_VERIFIED', 'TICK_AGGREGATION_UNVERIFIED'], source
  )
) = 1;
`;
