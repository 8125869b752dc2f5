import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { DEFAULT_DELAY_MS, type FaultBoard } from '../fault/faults.js';
import type { DrawDelays } from '../fault/network.js';
import { control, type ControlDesk } from './control.js';
import type { Arrival, House } from './house.js';
import { reply } from './reply.js';

export interface FrontParts {
  /** The broker that a path belongs to. */
  readonly houseOf: (path: string) => House;
  readonly faults: FaultBoard;
  readonly draw: DrawDelays;
  readonly control: ControlDesk;
}

/** Timers of calls that are on their way, so that closing leaves none behind. */
class Travel {
  readonly #timers = new Set<NodeJS.Timeout>();

  after(ms: number, arrive: () => void): void {
    if (ms <= 0) {
      arrive();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      arrive();
    }, ms);
    this.#timers.add(timer);
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

const withBody = (request: IncomingMessage, use: (body: string) => void): void => {
  if (request.method === 'GET') {
    use('');
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    use(Buffer.concat(chunks).toString('utf8'));
  });
};

/** The HTTP side: the way there, the broker, the way back. */
export const createFront = (parts: FrontParts): { server: Server; stop: () => void } => {
  const { houseOf, faults, draw } = parts;
  const travel = new Travel();
  let served = 0;

  const serveBroker = (
    request: IncomingMessage,
    response: ServerResponse,
    url: [string, string],
    body: string,
  ): void => {
    const [path, query] = url;
    const delays = draw();
    const { now, journal } = parts.control;
    const sentAt = now();
    travel.after(delays.requestMs, () => {
      const { headers, method = 'GET' } = request;
      const house = houseOf(path);
      const tr = house.trOf({ path, headers });
      const fault = faults.strike(path, tr);
      const arrival: Arrival = { method, path, query, body, headers, tr, sentAt, at: now() };
      const answer = house.judge(arrival, fault);
      const extraMs = fault?.kind === 'delay' ? (fault.ms ?? DEFAULT_DELAY_MS) : 0;
      travel.after(delays.thinkMs + delays.responseMs + extraMs, () => {
        served += 1;
        const said = answer === undefined ? undefined : { answer, headers: house.headers(arrival, answer, served) };
        if (said !== undefined) journal.answered(arrival, now());
        reply(response, said, fault);
      });
    });
  };

  const serveControl = (
    request: IncomingMessage,
    response: ServerResponse,
    url: [string, string],
    body: string,
  ): void => {
    const [path, query] = url;
    const { status, data } = control(parts.control, {
      method: request.method ?? 'GET',
      path,
      query: new URLSearchParams(query),
      body,
    });
    const text = JSON.stringify(data);
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
  };

  const server = createServer((request, response) => {
    const target = request.url ?? '/';
    const mark = target.indexOf('?');
    const url: [string, string] = mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
    withBody(request, (body) => {
      if (url[0].startsWith('/sim/')) serveControl(request, response, url, body);
      else serveBroker(request, response, url, body);
    });
  });
  // Longer than any pool's own keep-alive, so that a reset on an idle socket is always a fault that was asked for.
  server.keepAliveTimeout = 600_000;
  return {
    server,
    stop: () => {
      travel.stop();
    },
  };
};
