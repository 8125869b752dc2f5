/**
 * What live feeds tell. A trade is one row, whoever told it: both brokers agree on the volume of the day so far, which is
 * its name within the day. A book has no such name, so it is named by when it came and what it says (digest: 16 hex digits
 * of SHA-256). A gap is one row from its beginning to its end: until_at is NULL while it lasts, closed_by the batch that
 * told the end. Times of the exchange are whole seconds, and NULL where the broker's could not be read.
 */
export const feeds = `
CREATE TABLE feed_batches (
  batch_id VARCHAR PRIMARY KEY,
  broker VARCHAR NOT NULL,
  source VARCHAR NOT NULL,
  key_id VARCHAR,
  received_at TIMESTAMP NOT NULL,
  normaliser_version INTEGER NOT NULL,
  committed_at TIMESTAMP NOT NULL,
  ticks INTEGER NOT NULL,
  books INTEGER NOT NULL,
  gaps INTEGER NOT NULL
);

CREATE TABLE ticks (
  symbol VARCHAR NOT NULL,
  venue VARCHAR NOT NULL,
  day DATE NOT NULL,
  day_volume BIGINT NOT NULL,
  exchange_at TIMESTAMP,
  received_at TIMESTAMP NOT NULL,
  price DECIMAL(18, 4) NOT NULL,
  size BIGINT NOT NULL,
  day_value DECIMAL(24, 4),
  side VARCHAR,
  ask DECIMAL(18, 4),
  bid DECIMAL(18, 4),
  source VARCHAR NOT NULL,
  batch_id VARCHAR NOT NULL,
  PRIMARY KEY (symbol, venue, day, day_volume)
);

CREATE TABLE books (
  symbol VARCHAR NOT NULL,
  venue VARCHAR NOT NULL,
  source VARCHAR NOT NULL,
  received_at TIMESTAMP NOT NULL,
  digest VARCHAR NOT NULL,
  exchange_at TIMESTAMP,
  asks STRUCT(price DECIMAL(18, 4), size BIGINT)[] NOT NULL,
  bids STRUCT(price DECIMAL(18, 4), size BIGINT)[] NOT NULL,
  total_ask_size BIGINT NOT NULL,
  total_bid_size BIGINT NOT NULL,
  expected_price DECIMAL(18, 4),
  expected_size BIGINT,
  batch_id VARCHAR NOT NULL,
  PRIMARY KEY (symbol, venue, source, received_at, digest)
);

CREATE TABLE gaps (
  gap_id VARCHAR PRIMARY KEY,
  broker VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  symbol VARCHAR NOT NULL,
  venue VARCHAR NOT NULL,
  since_at TIMESTAMP NOT NULL,
  until_at TIMESTAMP,
  cause VARCHAR NOT NULL,
  missing BIGINT,
  batch_id VARCHAR NOT NULL,
  closed_by VARCHAR
);
`;
