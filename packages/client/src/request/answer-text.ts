import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';

import { AnswerUnreadable } from '../error/index.js';

/** Larger than any answer of a broker that is on record (about 200 kB) by far. Packed or not: neither may be longer. */
export const maxBodyBytes = 8 * 1024 * 1024;

/** The bytes of an answer, and what its head says about them. */
export interface AnswerBytes {
  readonly endpoint: string;
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

/**
 * What a server may pack an answer with that we did not ask to be packed: without a word about encodings in the request any
 * of them is allowed (RFC 9110, 12.5.3). To refuse it would leave an order that was executed with an unknown outcome.
 */
const unpackers: Readonly<Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/**
 * The text of an answer. What is packed in an unknown way, larger than the limit once it is unpacked, broken, or no text in
 * UTF-8 (nor in the Korean charset that its head names) is HUB_ANSWER_UNREADABLE: characters that were replaced silently
 * would be stored as if the broker had sent them.
 */
export const textOfAnswer = async (answer: AnswerBytes): Promise<string> => {
  const text = textIn(await unpacked(answer), answer.headers['content-type'] ?? '');
  if (text === undefined) throw unreadable(answer, 'a body that is no text in UTF-8');
  return text;
};

/** What a broken gateway writes in its head is not for us to quote at length. */
const longestName = 24;

const unreadable = ({ endpoint, status }: AnswerBytes, what: string): AnswerUnreadable =>
  new AnswerUnreadable(endpoint, status, what);

const unpacked = async (answer: AnswerBytes): Promise<Buffer> => {
  const encoding = (answer.headers['content-encoding'] ?? '').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity' || answer.bytes.length === 0) return answer.bytes;
  const unpack = Object.hasOwn(unpackers, encoding) ? unpackers[encoding] : undefined;
  if (unpack === undefined)
    throw unreadable(answer, `a body in an unknown encoding, ${encoding.slice(0, longestName)}`);
  try {
    return await unpack(answer.bytes, { maxOutputLength: maxBodyBytes });
  } catch (error) {
    const tooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw unreadable(
      answer,
      tooLarge
        ? `a body in ${encoding} of more than ${String(maxBodyBytes)} bytes unpacked`
        : `a body in ${encoding} that cannot be unpacked`,
    );
  }
};

/** Names of the charset that Korean servers write; the standard calls it EUC-KR and means code page 949. */
const korean = /charset\s*=\s*"?(euc-?kr|cp949|ms949|x-windows-949|windows-949|ks_c_5601-1987|ksc5601)\b/i;

/** UTF-8 comes first whatever the head says: bytes that are valid in it are hardly ever anything else. */
const textIn = (bytes: Buffer, contentType: string): string | undefined =>
  decoded(bytes, () => utf8) ??
  (korean.test(contentType) ? decoded(bytes, () => new TextDecoder('euc-kr', { fatal: true })) : undefined);

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Also undefined where Node was built without that charset: a decoder of it cannot even be made. */
const decoded = (bytes: Buffer, decoder: () => InstanceType<typeof TextDecoder>): string | undefined => {
  try {
    return decoder().decode(bytes);
  } catch {
    return undefined;
  }
};
