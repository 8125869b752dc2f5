import { BatchInvalid, type Flaw } from '../error/index.js';
import type { CandleBatch } from './batch.js';

export const checkBatch = (batch: CandleBatch): void => {
  const flaws: Flaw[] = [];
  if (batch.batchId === '') flaws.push({ where: 'batchId', what: 'is empty' });
  if (flaws.length > 0) throw new BatchInvalid(batch.batchId, flaws);
};
