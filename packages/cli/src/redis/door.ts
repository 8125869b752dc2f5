import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

import type { PairGreeting } from './protocol.js';

/** The control socket of a pair. Who is connected is a member; a process that dies leaves by that. */
export interface Door {
  /** Resolves when there has been no member for the grace time. */
  readonly deserted: Promise<void>;
  /** Nobody can join any more; the socket file is gone when this returns. */
  close(): void;
}

export interface DoorOptions {
  /** Path of the socket. A file that is there is the leftover of a crash: the caller holds the start lock. */
  readonly control: string;
  readonly greeting: PairGreeting;
  /** How long the first member may take, in milliseconds. */
  readonly firstMemberMs: number;
  /** How long the door stays open after the last member, in milliseconds. */
  readonly graceMs: number;
}

export const openDoor = async ({ control, greeting, firstMemberMs, graceMs }: DoorOptions): Promise<Door> => {
  const members = new Set<Socket>();
  const leaving = new Set<Socket>();
  const server = createServer();
  let desert = (): void => undefined;
  const deserted = new Promise<void>((resolve) => {
    desert = resolve;
  });
  let empty = setTimeout(desert, firstMemberMs);

  const leave = (socket: Socket): void => {
    if (!members.delete(socket)) return;
    if (members.size > 0) leaving.forEach((left) => left.end());
    else empty = setTimeout(desert, graceMs);
  };
  server.on('connection', (socket) => {
    clearTimeout(empty);
    members.add(socket);
    leaving.forEach((left) => left.end());
    socket.on('error', () => undefined);
    // Whatever a member says means that it leaves. Its socket stays open until others hold the pair or the pair is
    // gone, since that is what the member waits for.
    socket.on('data', () => {
      leaving.add(socket);
      leave(socket);
    });
    socket.on('close', () => {
      leaving.delete(socket);
      leave(socket);
    });
    socket.write(`${JSON.stringify(greeting)}\n`);
  });
  rmSync(control, { force: true });
  server.listen(control);
  await once(server, 'listening');
  return {
    deserted,
    close: () => {
      clearTimeout(empty);
      server.close();
    },
  };
};
