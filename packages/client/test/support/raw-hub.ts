import type { Socket } from 'node:net';

import type { HubOptions } from '../../src/index.js';
import { openStage } from './hub.js';
import { startRawServer } from './raw-server.js';

/** One hub in front of a bare socket server. It makes no second attempt unless told. */
export const openRaw = async (answer: (socket: Socket, request: string) => void, options: HubOptions = {}) => {
  const server = await startRawServer(answer);
  const stage = await openStage();
  return {
    server,
    hub: stage.hub({ retries: 0, ...options, kis: { baseUrl: server.url, ...options.kis } }),
    [Symbol.asyncDispose]: async () => {
      await stage[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
};
