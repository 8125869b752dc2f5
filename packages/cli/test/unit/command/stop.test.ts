import { describe, expect, it } from 'vitest';

import { listenForStop, unlessStopped } from '../../../src/command/stop.js';

const source = () => {
  const listeners = new Map<string, () => void>();
  const exits: number[] = [];
  return {
    exits,
    send: (signal: string) => listeners.get(signal)?.(),
    on: (signal: string, listener: () => void) => listeners.set(signal, listener),
    exit: (code: number) => exits.push(code),
  };
};

describe('stopping', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('the first %s asks for an end, the second ends at once with %i', (signal, exitCode) => {
    const shell = source();
    const told: string[] = [];
    const stop = listenForStop(shell, (line) => told.push(line));
    expect(stop.aborted).toBe(false);
    shell.send(signal);
    expect(stop.reason).toMatchObject({ code: 'HUB_INTERRUPTED', exitCode });
    expect(shell.exits).toEqual([]);
    shell.send(signal);
    expect(shell.exits).toEqual([exitCode]);
    expect(told).toEqual(['stopped at once; what was stored is safe, the same command goes on from there']);
  });

  it('ends a wait with the reason', async () => {
    const shell = source();
    const stop = listenForStop(shell, () => undefined);
    const wait = unlessStopped(new Promise(() => undefined), stop);
    shell.send('SIGINT');
    await expect(wait).rejects.toMatchObject({ code: 'HUB_INTERRUPTED' });
    await expect(unlessStopped(new Promise(() => undefined), stop)).rejects.toMatchObject({ code: 'HUB_INTERRUPTED' });
  });

  it('passes on what comes first', async () => {
    const stop = listenForStop(source(), () => undefined);
    await expect(unlessStopped(Promise.resolve(7), stop)).resolves.toBe(7);
    await expect(unlessStopped(Promise.reject(new Error('first')), stop)).rejects.toThrow('first');
  });
});
