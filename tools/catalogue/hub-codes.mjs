import { header, quoted } from './text.mjs';

const plain = (cell) => cell.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').trim();

/** The rows of docs/errors.md that begin with a code of the hub. */
const rowsOf = (markdown) =>
  markdown.split('\n').flatMap((line) => {
    const match = /^\| `(HUB_[A-Z_]+)` \| (.*) \| (.*) \|$/.exec(line);
    return match === null ? [] : [{ code: match[1], happened: plain(match[2]), todo: plain(match[3]) }];
  });

export const hubCodesModule = (markdown) =>
  `${header('docs/errors.md')}\n/** The codes of the hub, as docs/errors.md has them. */\nexport const hubCodes = [\n` +
  rowsOf(markdown)
    .map(
      ({ code, happened, todo }) =>
        `  { code: ${quoted(code)}, happened: ${quoted(happened)}, todo: ${quoted(todo)} },`,
    )
    .join('\n') +
  '\n] as const;\n';
