// Makes the four things that a lint rule is, ready to be filled in: node tools/new-rule.mjs no-such-thing "Disallow such things"
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './root.mjs';

const [name = '', description = ''] = process.argv.slice(2);
if (!/^[a-z]+(?:-[a-z]+)+$/.test(name) || !/^[A-Z].*[^.]$/.test(description)) {
  console.error('node tools/new-rule.mjs <kebab-case-name> "<Sentence without a full stop>"');
  process.exit(2);
}
const home = join(root, 'eslint-plugin-api-hub');
const camel = name.replace(/-(.)/g, (_match, letter) => letter.toUpperCase());

const files = {
  [`src/rules/${name}.ts`]: `import { createRule } from '../create-rule.js';

export const ${camel} = createRule<[], 'found'>({
  name: '${name}',
  meta: {
    type: 'problem',
    docs: { description: '${description}', recommended: true },
    messages: { found: 'What is wrong here, and what to write instead.' },
    schema: [{ type: 'object', additionalProperties: false, properties: {} }],
    defaultOptions: [],
  },
  create: () => ({}),
});
`,
  [`docs/rules/${name}.md`]: `# ${name}

${description}.

## Why

## Incorrect

## Correct

## Options

## When not to use it
`,
  [`test/unit/rules/${name}.test.ts`]: `import { bad, good, runRule } from '../../support/rule-cases.js';

runRule('${name}', {
  invalid: [...bad('found@1', \`\`)],
  valid: [...good(\`\`)],
});
`,
};

for (const [path, text] of Object.entries(files)) {
  if (existsSync(join(home, path))) throw new Error(`${path} is there already`);
  writeFileSync(join(home, path), text);
}
const edit = (path, change) => writeFileSync(join(home, path), change(readFileSync(join(home, path), 'utf8')));
edit('src/presets/recommended.ts', (text) => text.replace('} as const', `  'api-hub/${name}': 'error',\n} as const`));
edit('src/presets/legacy-migration.ts', (text) =>
  text.replace('} as const', `  'api-hub/${name}': 'warn',\n} as const`),
);
edit('src/index.ts', (text) =>
  text.replace(
    '\nconst rules = {\n',
    `import { ${camel} } from './rules/${name}.js';\n\nconst rules = {\n  '${name}': ${camel},\n`,
  ),
);
console.log(`${name}: fill in its rule, page and test, and add its row to the README; the tests say what is missing.`);
