import { describe, expect, it } from 'vitest';

import { withClosers } from '../../../src/command/closers.js';

describe('closers', () => {
  it('close in the opposite order, also after a failure', async () => {
    const closed: string[] = [];
    const work = withClosers(async (closers) => {
      closers.add(async () => closed.push('redis'));
      closers.add(async () => Promise.reject(new Error('store')));
      closers.add(async () => closed.push('hub'));
      throw new Error('work');
    });
    await expect(work).rejects.toThrow('work');
    expect(closed).toEqual(['hub', 'redis']);
  });

  it('tell a failure of their own when the work was fine', async () => {
    const work = withClosers(async (closers) => {
      closers.add(async () => Promise.reject(new Error('close')));
    });
    await expect(work).rejects.toThrow('close');
  });
});
