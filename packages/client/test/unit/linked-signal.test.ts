import { getEventListeners } from 'node:events';

import { expect, it } from 'vitest';

import { linkedSignal } from '../../src/runtime/linked-signal.js';

it('aborts with the first source, and for its reason', () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const { signal } = linkedSignal([first.signal, second.signal]);
  expect(signal.aborted).toBe(false);
  second.abort('stop');
  first.abort('later');
  expect(signal.reason).toBe('stop');
});

it('is aborted from the start when a source is', () => {
  expect(linkedSignal([AbortSignal.abort('before')]).signal.reason).toBe('before');
});

it('leaves nothing on its sources once it is released', () => {
  const source = new AbortController();
  const links = Array.from({ length: 50 }, () => linkedSignal([source.signal]));
  expect(getEventListeners(source.signal, 'abort')).toHaveLength(50);
  for (const { release } of links) release();
  expect(getEventListeners(source.signal, 'abort')).toEqual([]);
  source.abort();
  expect(links.some(({ signal }) => signal.aborted)).toBe(false);
});
