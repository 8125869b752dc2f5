/**
 * Answers of brokers as they came, page by page, until they are moved to the folder beside the file: written with the rows of their batch,
 * so both are there or neither. Without a key: a batch is recorded once, and an index over texts that leave again would only grow.
 */
export const rawPayloads = `
CREATE TABLE raw_payloads (
  day DATE NOT NULL,
  batch_id VARCHAR NOT NULL,
  page INTEGER NOT NULL,
  request VARCHAR NOT NULL,
  body VARCHAR NOT NULL,
  fetched_at TIMESTAMP NOT NULL
);
`;
