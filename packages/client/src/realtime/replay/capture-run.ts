import type { CaptureHeader, CaptureLine } from '../capture/contract.js';
import { CaptureReader, type CaptureFlaw } from './capture-reader.js';

/** The files of one process and key, in their order. */
export interface RunFiles {
  readonly files: readonly { readonly file: string; readonly header: CaptureHeader }[];
}

/** A line with the file that it stands in, as its header tells. */
export interface RunLine {
  readonly header: CaptureHeader;
  readonly line: CaptureLine;
  /** When it is due, UTC epoch ms: its own time, or that of the line before where a clock was put back. */
  readonly dueMs: number;
}

/** Looks at the beginnings of files: which of them belong together, and which are none. */
export const runsOf = async (
  files: readonly string[],
): Promise<{ readonly runs: readonly RunFiles[]; readonly flaws: readonly CaptureFlaw[] }> => {
  const runs = new Map<string, { file: string; header: CaptureHeader }[]>();
  const flaws: CaptureFlaw[] = [];
  for (const file of files) {
    const reader = new CaptureReader(file);
    const header = await reader.header();
    await reader.close();
    if (header === undefined) flaws.push(reader.flaw ?? { file, offset: 0, kind: 'broken', why: 'it is empty' });
    else runs.set(header.run, [...(runs.get(header.run) ?? []), { file, header }]);
  }
  const ordered = [...runs.values()].map((run) => ({
    files: run.sort((left, right) => left.header.n - right.header.n),
  }));
  return { runs: ordered, flaws };
};

/** All lines of several runs by the time that they were received; those of one run stay in their order. */
export async function* merged(runs: readonly RunFiles[], flawed: (flaw: CaptureFlaw) => void): AsyncGenerator<RunLine> {
  const sources = runs.map((run) => linesOf(run, flawed));
  const heads: { readonly source: AsyncGenerator<RunLine>; line: RunLine }[] = [];
  try {
    for (const source of sources) {
      const next = await source.next();
      if (next.done !== true) heads.push({ source, line: next.value });
    }
    while (heads.length > 0) {
      const first = heads.reduce((left, right) => (right.line.dueMs < left.line.dueMs ? right : left));
      yield first.line;
      const next = await first.source.next();
      if (next.done === true) heads.splice(heads.indexOf(first), 1);
      else first.line = next.value;
    }
  } finally {
    for (const source of sources) await source.return(undefined);
  }
}

async function* linesOf({ files }: RunFiles, flawed: (flaw: CaptureFlaw) => void): AsyncGenerator<RunLine> {
  let dueMs = -Infinity;
  for (const { file, header } of files) {
    const reader = new CaptureReader(file);
    try {
      await reader.header();
      for (let line = await reader.line(); line !== undefined; line = await reader.line()) {
        dueMs = Math.max(dueMs, line.t);
        yield { header, line, dueMs };
      }
      if (reader.flaw !== undefined) flawed(reader.flaw);
    } finally {
      await reader.close();
    }
  }
}
