import type { Answer } from '../answer.js';

type Data = Readonly<Record<string, unknown>>;

/** Journal code of an answer that worked: the `return_code`. */
export const DONE = '0';

/** An answer that worked: data first, then the envelope. */
export const done = (data: Data, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status: 200,
  code: DONE,
  headers,
  body: JSON.stringify({ ...data, return_code: 0, return_msg: '정상적으로 처리되었습니다' }),
});

/** One page of rows; `nextKey` is empty on the last one. */
export const page = (data: Data, nextKey: string): Answer =>
  done(data, nextKey === '' ? {} : { 'cont-yn': 'Y', 'next-key': nextKey });
