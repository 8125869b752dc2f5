/**
 * Smallest price step in KRW by price: [below this price, step]. KRX rule for shares since 2023-01-25 (general knowledge,
 * no notice read; broker-sim draws prices on the same grid). Above the last line it is 1,000. Funds have finer steps, and
 * so had some prices before that day: there one step here is a few of theirs.
 */
const krxTicks = [
  [2_000, 1],
  [5_000, 5],
  [20_000, 10],
  [50_000, 50],
  [200_000, 100],
  [500_000, 500],
] as const;

const tickCases = krxTicks.map(([below, step]) => `WHEN price < ${below} THEN ${step}`).join(' ');

/** Kiwoom rounds the traded value of a day to million won (ka10081 trde_prica); up or down is not published. */
const valueUnit = 1_000_000;

const prices = ['open', 'high', 'low', 'close'].map((name) => `{kis: kis.${name}, kiwoom: kiwoom.${name}}`).join(', ');

/**
 * Bars on which the two brokers do not agree. The macros are the definition of that: they are in the file, so that what
 * is recorded and how it was judged cannot come apart. A doubt is 0 none, 1 HIGH, 2 MEDIUM, 3 LOW; a bar is worth what
 * its worst figure is, and broker_verdict is NULL when they agree. It takes two rows of candles. The prices go through a
 * lambda because DuckDB plans a macro once for every place that names it: four places cost 10 ms a write.
 * kis_ and kiwoom_ hold what candles holds of each source; a row is removed once they agree.
 */
export const disagreements = `
CREATE MACRO krx_tick(price) AS CASE ${tickCases} ELSE 1000 END;

CREATE MACRO price_doubt(a, b) AS CASE
  WHEN a = b THEN 0
  WHEN greatest(a, b) <= least(a, b) + krx_tick(least(a, b)) THEN 2
  ELSE 3 END;

CREATE MACRO amount_doubt(a, b) AS CASE
  WHEN a = b THEN 0
  WHEN abs(a - b) * 100 <= greatest(a, b) THEN 1
  WHEN abs(a - b) * 20 <= greatest(a, b) THEN 2
  ELSE 3 END;

CREATE MACRO value_doubt(a, b) AS CASE
  WHEN a IS NULL OR b IS NULL OR abs(a - b) < ${valueUnit} THEN 0
  ELSE amount_doubt(a, b) END;

CREATE MACRO broker_verdict(kis, kiwoom) AS [NULL, 'HIGH', 'MEDIUM', 'LOW'][1 + greatest(
  list_max(list_transform([${prices}], lambda price: price_doubt(price.kis, price.kiwoom))),
  amount_doubt(kis.volume, kiwoom.volume),
  value_doubt(kis.value, kiwoom.value)
)];

CREATE TABLE disagreements (
  symbol VARCHAR NOT NULL,
  venue VARCHAR NOT NULL,
  interval VARCHAR NOT NULL,
  start_at TIMESTAMP NOT NULL,
  verdict VARCHAR NOT NULL,
  noticed_at TIMESTAMP NOT NULL,
  kis_open DECIMAL(18, 4) NOT NULL,
  kis_high DECIMAL(18, 4) NOT NULL,
  kis_low DECIMAL(18, 4) NOT NULL,
  kis_close DECIMAL(18, 4) NOT NULL,
  kis_volume BIGINT NOT NULL,
  kis_value DECIMAL(24, 4),
  kis_batch_id VARCHAR NOT NULL,
  kiwoom_open DECIMAL(18, 4) NOT NULL,
  kiwoom_high DECIMAL(18, 4) NOT NULL,
  kiwoom_low DECIMAL(18, 4) NOT NULL,
  kiwoom_close DECIMAL(18, 4) NOT NULL,
  kiwoom_volume BIGINT NOT NULL,
  kiwoom_value DECIMAL(24, 4),
  kiwoom_batch_id VARCHAR NOT NULL,
  PRIMARY KEY (symbol, venue, interval, start_at)
);

INSERT INTO disagreements
SELECT kis.symbol, kis.venue, kis.interval, kis.start_at, broker_verdict(kis, kiwoom) AS verdict,
  greatest(first.committed_at, second.committed_at),
  kis.open, kis.high, kis.low, kis.close, kis.volume, kis.value, kis.batch_id,
  kiwoom.open, kiwoom.high, kiwoom.low, kiwoom.close, kiwoom.volume, kiwoom.value, kiwoom.batch_id
FROM candles AS kis
JOIN candles AS kiwoom ON kis.symbol = kiwoom.symbol AND kis.venue = kiwoom.venue
  AND kis.interval = kiwoom.interval AND kis.start_at = kiwoom.start_at
JOIN batches AS first ON first.batch_id = kis.batch_id
JOIN batches AS second ON second.batch_id = kiwoom.batch_id
WHERE kis.source = 'REST_API_KIS' AND kiwoom.source = 'REST_API_KIWOOM' AND verdict IS NOT NULL;
`;
