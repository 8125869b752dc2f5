/** Every table that can be exported. */
export const exportTables = ['candles', 'ticks', 'books', 'gaps'] as const;
/** Bars; trades, order books and interruptions of live feeds. */
export type ExportTable = (typeof exportTables)[number];

interface Layout {
  /** What it is partitioned by, as `[name, expression]`: the names of the folders, which are not in the files. */
  readonly partition: readonly (readonly [name: string, expression: string])[];
  /** The time that says to which Korean day a row belongs, or its day. */
  readonly time: string;
  readonly columns: string;
  readonly batches: string;
  readonly order: string;
}

/** Korea has no summer time. */
const koreanDay = (time: string): string => `CAST(${time} + INTERVAL 9 HOUR AS DATE)`;

const ofFeed = `batch.broker, batch.key_id, batch.normaliser_version, batch.received_at AS batch_received_at`;

/** Each row has its batch with it: a file says by itself where its rows come from. */
export const layouts: Readonly<Record<ExportTable, Layout>> = {
  candles: {
    partition: [
      ['interval', 'candles.interval'],
      ['day', koreanDay('start_at')],
    ],
    time: 'start_at',
    columns: `symbol, venue, start_at, candles.source, open, high, low, close, volume, value, candles.fetched_at,
      candles.batch_id, batch.broker, batch.tr, batch.key_id, batch.request_ids, batch.normaliser_version`,
    batches: 'batches',
    order: 'symbol, venue, source, start_at',
  },
  ticks: {
    partition: [['day', 'day']],
    time: 'day',
    columns: `symbol, venue, day_volume, exchange_at, ticks.received_at, price, size, day_value, side, ask, bid,
      ticks.source, ticks.batch_id, ${ofFeed}`,
    batches: 'feed_batches',
    order: 'symbol, venue, day_volume',
  },
  books: {
    partition: [['day', koreanDay('books.received_at')]],
    time: 'books.received_at',
    columns: `symbol, venue, books.source, books.received_at, digest, exchange_at, asks, bids, total_ask_size, total_bid_size,
      expected_price, expected_size, books.batch_id, ${ofFeed}`,
    batches: 'feed_batches',
    order: 'symbol, venue, source, received_at, digest',
  },
  gaps: {
    partition: [['day', koreanDay('since_at')]],
    time: 'since_at',
    columns: `gap_id, kind, symbol, venue, since_at, until_at, cause, missing, gaps.batch_id, closed_by, ${ofFeed}`,
    batches: 'feed_batches',
    order: 'since_at, symbol, gap_id',
  },
};

const joined = (table: ExportTable): string =>
  `${table} LEFT JOIN ${layouts[table].batches} AS batch ON batch.batch_id = ${table}.batch_id`;

/** Rows from the first moment of Korean day `from` up to the last one of `to`; on `time` itself, so that blocks of other days are skipped. */
const within = ({ time }: Layout, from: string | undefined, to: string | undefined): string => {
  const moment = (day: string, later: string): string =>
    time === 'day' ? `DATE '${day}'${later}` : `TIMESTAMP '${day}' - INTERVAL 9 HOUR${later}`;
  const conditions = [
    ...(from === undefined ? [] : [`${time} >= ${moment(from, '')}`]),
    ...(to === undefined ? [] : [`${time} < ${moment(to, ' + INTERVAL 1 DAY')}`]),
  ];
  return ['TRUE', ...conditions].join(' AND ');
};

/** One row per partition: its names, `rows` and `checksum`, which no order of the rows changes. Days were checked. */
export const partitionsOf = (table: ExportTable, from: string | undefined, to: string | undefined): string => {
  const { partition, columns } = layouts[table];
  const names = partition.map(([name, expression]) => `${expression} AS partition_${name}`).join(', ');
  return `
    WITH parts AS (SELECT ${names}, hash(row(${bare(columns)})) AS digest FROM ${joined(table)}
      WHERE ${within(layouts[table], from, to)})
    SELECT ${partition.map(([name]) => `partition_${name}::VARCHAR AS "${name}"`).join(', ')}, count(*)::DOUBLE AS rows,
      printf('%016x-%s', bit_xor(digest), sum(digest::HUGEINT)::VARCHAR) AS checksum
    FROM parts GROUP BY ALL ORDER BY ALL`;
};

/** Without the names that columns get in the file. */
const bare = (columns: string): string => columns.replaceAll(/ AS \w+/g, '');

/** The rows of one partition. */
export const rowsOf = (table: ExportTable, partition: Readonly<Record<string, string>>): string => {
  const layout = layouts[table];
  const day = partition.day;
  const others = layout.partition.flatMap(([name, expression]) =>
    name === 'day' ? [] : [`${expression} = '${String(partition[name])}'`],
  );
  return `SELECT ${layout.columns} FROM ${joined(table)}
    WHERE ${[within(layout, day, day), ...others].join(' AND ')} ORDER BY ${layout.order}`;
};
