import type { ServerResponse } from 'node:http';
import type { Fault } from '../fault/faults.js';
import type { Answer } from '../wire/answer.js';

const MAINTENANCE = '<!DOCTYPE html><html><body><h1>시스템 점검 중입니다</h1></body></html>';

type Headers = Readonly<Record<string, string>>;

const send = (response: ServerResponse, status: number, headers: Headers, body: string | Buffer): void => {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
};

const reset = (response: ServerResponse): void => {
  response.socket?.resetAndDestroy();
};

/** Half of the body under a header that promises all of it. */
const sendHalf = (response: ServerResponse, reply: Reply, then: () => void): void => {
  const body = Buffer.from(reply.answer.body);
  response.writeHead(reply.answer.status, { ...reply.headers, 'content-length': body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)), then);
};

/** Keeps the length and breaks the JSON. */
const garbled = (text: string): Buffer => {
  const body = Buffer.from(text);
  for (let index = 3; index < body.length; index += 7) body[index] = 0xff;
  return body;
};

/** What a broker says, and under which headers. */
export interface Reply {
  readonly answer: Answer;
  readonly headers: Headers;
}

/** Sends what a broker says, or what the fault makes of it. `said` is undefined when the broker did not act. */
export const reply = (response: ServerResponse, said: Reply | undefined, fault: Fault | undefined): void => {
  if (response.destroyed) return;
  if (fault?.kind === 'reset') {
    reset(response);
  } else if (said === undefined) {
    if (fault?.kind === 'html') send(response, 200, { 'content-type': 'text/html; charset=utf-8' }, MAINTENANCE);
    if (fault?.kind === '5xx') send(response, 502, { 'content-type': 'text/plain' }, 'Bad Gateway');
  } else if (fault?.kind === 'garble') {
    send(response, said.answer.status, said.headers, garbled(said.answer.body));
  } else if (fault?.kind === 'truncate') {
    sendHalf(response, said, () => response.socket?.end());
  } else if (fault?.kind === 'half-open') {
    sendHalf(response, said, () => undefined);
  } else {
    send(response, said.answer.status, said.headers, said.answer.body);
  }
};
