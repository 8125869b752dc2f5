import type { ServerResponse } from 'node:http';
import type { Fault } from '../fault/faults.js';
import type { Answer } from '../wire/kis/answer.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const MAINTENANCE = '<!DOCTYPE html><html><body><h1>시스템 점검 중입니다</h1></body></html>';

const send = (response: ServerResponse, status: number, type: string, body: string | Buffer): void => {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
};

const reset = (response: ServerResponse): void => {
  response.socket?.resetAndDestroy();
};

/** Half of the body under a header that promises all of it. */
const sendHalf = (response: ServerResponse, answer: Answer, then: () => void): void => {
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { 'content-type': JSON_TYPE, 'content-length': body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)), then);
};

/** Keeps the length and breaks the JSON. */
const garbled = (text: string): Buffer => {
  const body = Buffer.from(text);
  for (let index = 3; index < body.length; index += 7) body[index] = 0xff;
  return body;
};

/** Sends the answer of a broker, or what the fault makes of it. `answer` is undefined when the broker did not act. */
export const reply = (
  response: ServerResponse,
  answer: Answer | undefined,
  fault: Fault | undefined,
  request: { readonly tr: string; readonly uid: string },
): void => {
  if (response.destroyed) return;
  if (fault?.kind === 'reset') {
    reset(response);
  } else if (answer === undefined) {
    if (fault?.kind === 'html') send(response, 200, 'text/html; charset=utf-8', MAINTENANCE);
    if (fault?.kind === '5xx') send(response, 502, 'text/plain', 'Bad Gateway');
  } else if (fault?.kind === 'garble') {
    send(response, answer.status, JSON_TYPE, garbled(answer.body));
  } else if (fault?.kind === 'truncate') {
    sendHalf(response, answer, () => response.socket?.end());
  } else if (fault?.kind === 'half-open') {
    sendHalf(response, answer, () => undefined);
  } else {
    response.writeHead(answer.status, {
      'content-type': JSON_TYPE,
      'content-length': Buffer.byteLength(answer.body),
      tr_id: request.tr,
      tr_cont: answer.trCont ?? '',
      gt_uid: request.uid,
    });
    response.end(answer.body);
  }
};
