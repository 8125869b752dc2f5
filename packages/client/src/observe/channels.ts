import { channel, type Channel } from 'node:diagnostics_channel';

import type { CallAnswered, CallFacts, CallFailed, PermitTaken, RetryPlanned, Watcher } from './contract.js';

/** What is published on each channel, where somebody subscribes to it; names and shapes are part of the public interface. */
export interface ChannelMessages {
  /** Somebody made a call. Nothing was sent yet. */
  'hub:call:start': { readonly call: CallFacts };
  /** It was answered. */
  'hub:call:end': { readonly call: CallFacts } & CallAnswered;
  /** It rejected. */
  'hub:call:error': { readonly call: CallFacts } & CallFailed;
  /** A request of it may leave. */
  'hub:permit': { readonly call: CallFacts } & PermitTaken;
  /** An attempt of it failed, and another one follows. */
  'hub:retry': { readonly call: CallFacts } & RetryPlanned;
  /** The broker refused it as one too many of this budget. */
  'hub:refused': { readonly call: CallFacts; readonly budget: string };
  /** Everything else that a call may wait for; see `Notice`. */
  'hub:notice': { readonly notice: Parameters<NonNullable<Watcher['notice']>>[0] };
}

/**
 * Messages on `node:diagnostics_channel`. A channel without subscribers costs one look. Who subscribes to the end of calls
 * hears of those that begin from then on.
 */
export const channels = (): Watcher => {
  const all: Channel[] = [];
  const open = <Name extends keyof ChannelMessages>(name: Name) => {
    const own = channel(name);
    all.push(own);
    return (message: () => ChannelMessages[Name]): void => {
      if (own.hasSubscribers) own.publish(message());
    };
  };
  const start = open('hub:call:start');
  const end = open('hub:call:end');
  const error = open('hub:call:error');
  const permit = open('hub:permit');
  const retry = open('hub:retry');
  const refused = open('hub:refused');
  const notices = open('hub:notice');
  return {
    watch: (call) => {
      if (!all.some((each) => each.hasSubscribers)) return undefined;
      start(() => ({ call }));
      return {
        permit: (taken) => permit(() => ({ call, ...taken })),
        retry: (planned) => retry(() => ({ call, ...planned })),
        refused: (budget) => refused(() => ({ call, budget })),
        answered: (outcome) => end(() => ({ call, ...outcome })),
        failed: (outcome) => error(() => ({ call, ...outcome })),
      };
    },
    notice: (notice) => notices(() => ({ notice })),
  };
};
