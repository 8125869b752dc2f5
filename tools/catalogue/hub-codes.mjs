import { header, quoted } from './text.mjs';

const plain = (cell) => cell.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').trim();

/** The rows of docs/errors.md that begin with a code of the hub, each with the heading that it stands under. */
export const hubCodeRows = (markdown) => {
  let section = '';
  return markdown.split('\n').flatMap((line) => {
    section = /^## (.+)$/.exec(line)?.[1] ?? section;
    const match = /^\| \[`(HUB_[A-Z_]+)`\]\(errors\/\1\.md\) \| (.*) \| (.*) \|$/.exec(line);
    return match === null ? [] : [{ code: match[1], happened: match[2].trim(), todo: match[3].trim(), section }];
  });
};

export const hubCodesModule = (markdown) =>
  `${header('docs/errors.md')}\n/** The codes of the hub, as docs/errors.md has them. */\nexport const hubCodes = [\n` +
  hubCodeRows(markdown)
    .map(({ code, happened, todo }) => {
      const page = `docs/errors/${code}.md`;
      const fields = { code, happened: plain(happened), todo: plain(todo), page };
      return `  { ${Object.entries(fields)
        .map(([name, text]) => `${name}: ${quoted(text)}`)
        .join(', ')} },`;
    })
    .join('\n') +
  '\n] as const;\n';
