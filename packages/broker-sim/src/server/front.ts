import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { DEFAULT_DELAY_MS, type FaultBoard } from '../fault/faults.js';
import type { DrawDelays } from '../fault/network.js';
import { control, type ControlDesk } from './control.js';
import type { Broker, Endpoint } from './kis/endpoint.js';
import { judge } from './kis/judge.js';
import { reply } from './reply.js';

export interface FrontParts {
  readonly broker: Broker;
  readonly endpoints: ReadonlyMap<string, Endpoint>;
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

const first = (value: string | string[] | undefined): string =>
  typeof value === 'string' ? value : (value?.[0] ?? '');

/** The HTTP side: the way there, the broker, the way back. */
export const createFront = (parts: FrontParts): { server: Server; stop: () => void } => {
  const { broker, endpoints, faults, draw } = parts;
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
    travel.after(delays.requestMs, () => {
      const { headers, method = 'GET' } = request;
      const tr = first(headers.tr_id);
      const fault = faults.strike(path, tr);
      const arrival = { method, path, query, body, headers, at: broker.settings.now() };
      const answer = judge(broker, endpoints, arrival, fault);
      const extraMs = fault?.kind === 'delay' ? (fault.ms ?? DEFAULT_DELAY_MS) : 0;
      travel.after(delays.thinkMs + delays.responseMs + extraMs, () => {
        served += 1;
        const marker = first(headers.gt_uid);
        reply(response, answer, fault, { tr, uid: marker === '' ? served.toString(16).padStart(32, '0') : marker });
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
