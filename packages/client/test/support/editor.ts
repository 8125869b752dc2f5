import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

/** The language server of TypeScript with one open file, as an editor talks to it. */
export interface Editor {
  /** Names that are offered at the `|` in the text, in the order of the server. */
  completions(text: string): Promise<readonly string[]>;
  /** What is shown beside one of them. */
  documentation(text: string, name: string): Promise<string>;
  close(): Promise<void>;
}

interface Response {
  readonly type: string;
  readonly request_seq?: number;
  readonly success?: boolean;
  readonly message?: string;
  readonly body?: unknown;
}

interface Completions {
  readonly entries: readonly { readonly name: string }[];
}

interface Details {
  readonly documentation?: readonly { readonly text: string }[];
}

/** Settings that a user of the package might have; unsaved text has no tsconfig.json that includes it. */
const compilerOptions = { module: 'nodenext', target: 'es2023', strict: true, types: ['node'] };

/** `file` need not exist: its text is what the editor holds. */
export const openEditor = (file: string): Editor => {
  const server = createRequire(import.meta.url).resolve('typescript/lib/tsserver.js');
  const child = spawn(process.execPath, [
    server,
    '--disableAutomaticTypingAcquisition',
    '--useInferredProjectPerProjectRoot',
  ]);
  const waiting = new Map<number, { resolve: (body: unknown) => void; reject: (error: Error) => void }>();
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let sequence = 0;
  let unread = '';
  let open = false;

  const receive = (line: string): void => {
    if (!line.startsWith('{')) return; // headers of the protocol
    const { type, request_seq: answers, success, message, body } = JSON.parse(line) as Response;
    if (type !== 'response' || answers === undefined) return;
    const asked = waiting.get(answers);
    waiting.delete(answers);
    if (success === true) asked?.resolve(body);
    else asked?.reject(new Error(message ?? 'refused by the language server'));
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (unread + chunk).split('\n');
    unread = lines.pop() ?? '';
    for (const line of lines) receive(line.trim());
  });

  const tell = (command: string, args: object): number => {
    sequence += 1;
    child.stdin.write(`${JSON.stringify({ seq: sequence, type: 'request', command, arguments: args })}\n`);
    return sequence;
  };
  const ask = <Body>(command: string, args: object): Promise<Body> =>
    new Promise((resolve, reject) => {
      waiting.set(tell(command, args), { resolve: (body) => resolve(body as Body), reject }); // of this command
    });

  /** Shows the text without its mark, and says where that was. */
  const show = (text: string) => {
    const before = text.slice(0, text.indexOf('|')).split('\n');
    if (!open) tell('compilerOptionsForInferredProjects', { options: compilerOptions });
    if (open) tell('close', { file });
    tell('open', { file, fileContent: text.replace('|', ''), scriptKindName: 'TS' });
    open = true;
    return { file, line: before.length, offset: (before.at(-1)?.length ?? 0) + 1 };
  };

  return {
    completions: async (text) => {
      const { entries } = await ask<Completions>('completionInfo', show(text));
      return entries.map(({ name }) => name);
    },
    documentation: async (text, name) => {
      const [details] = await ask<readonly Details[]>('completionEntryDetails', { ...show(text), entryNames: [name] });
      return (details?.documentation ?? []).map(({ text: words }) => words).join('');
    },
    close: async () => {
      tell('exit', {});
      await ended;
    },
  };
};
