import { lstat, readFile } from 'node:fs/promises';

/** Larger ones are data. A notebook holds its pictures as well. */
const largestOf = (path: string): number => (path.endsWith('.ipynb') ? 32 << 20 : 1 << 20);

/** A source, or why there is none. Nothing to say of what is binary, a link, or gone. */
export type Source =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'nothing' | 'too-large' | 'unreadable' };

export const readSource = async (path: string): Promise<Source> => {
  try {
    const found = await lstat(path);
    if (!found.isFile()) return { kind: 'nothing' };
    if (found.size > largestOf(path)) return { kind: 'too-large' };
    const text = decoded(await readFile(path));
    return text === null ? { kind: 'nothing' } : { kind: 'text', text };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return { kind: code === 'ENOENT' || code === 'ENOTDIR' ? 'nothing' : 'unreadable' }; // git may list what is gone
  }
};

/** UTF-8, UTF-16 with its mark, or CP949, in which Korean sources of Windows often are. null: no text. */
const decoded = (bytes: Uint8Array): string | null => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('euc-kr').decode(bytes); // the decoder of that name reads CP949
  }
};
