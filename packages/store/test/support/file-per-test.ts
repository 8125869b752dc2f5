import { afterEach, beforeEach } from 'vitest';

import { storeFile } from './store-file.js';

/** Each test of the file has a place of its own: `open` gets its path, `close` may find it closed by the test. */
export const filePerTest = (open: (path: string) => Promise<void>, close: () => Promise<unknown>): void => {
  let place: Awaited<ReturnType<typeof storeFile>>;
  beforeEach(async () => {
    place = await storeFile();
    await open(place.path);
  });
  afterEach(async () => {
    await close().catch(() => undefined);
    await place[Symbol.asyncDispose]();
  });
};

/** What a promise rejects with, in the words of a library that is not ours. */
export const failureOf = <Failure extends Error>(work: Promise<unknown>): Promise<Failure> =>
  work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error as Failure, // the tests look at its fields
  );
