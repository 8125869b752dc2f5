import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { ESLint, type Linter } from 'eslint';
import { expect, it } from 'vitest';

const home = join(import.meta.dirname, '..', '..');
const readme = readFileSync(join(home, 'README.md'), 'utf8');
const configs = [...readme.matchAll(/```js\n\/\/ eslint\.config\.mjs\n(.*?)```/gs)].map(([, code = '']) => code);

const price = `const REAL = 'https://openapi.koreainvestment.com:9443';

export async function price(code) {
  await fetch(\`\${REAL}/uapi/domestic-stock/v1/quotations/inquire-price?FID_INPUT_ISCD=\${code}\`);
}
`;

/** The config as the README has it, imported as a module of a project that has the plugin installed. */
const lint = async (config: string, filePath: string): Promise<readonly Linter.LintMessage[]> => {
  const plugin = pathToFileURL(join(home, 'dist', 'index.js')).href;
  const source = config.replace("'eslint-plugin-api-hub'", JSON.stringify(plugin));
  const loaded = (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as { default: Linter.Config[] };
  const eslint = new ESLint({ cwd: home, overrideConfigFile: true, baseConfig: loaded.default });
  const [result] = await eslint.lintText(price, { filePath });
  return result?.messages ?? [];
};

it('the first config reports what the README shows', async () => {
  const messages = await lint(configs[0] ?? '', 'src/broker/price.js');
  expect(messages).toMatchObject([
    { line: 1, column: 14, severity: 2, ruleId: 'api-hub/no-direct-broker-call' },
    { line: 4, column: 9, severity: 2, ruleId: 'api-hub/no-direct-broker-call' },
  ]);
  for (const { message } of messages) expect(readme.replace(/\s+/g, ' ')).toContain(message.replace(/\.$/, ''));
});

it('the second config leaves the hub alone, and nobody else', async () => {
  expect(configs).toHaveLength(2);
  expect(await lint(configs[1] ?? '', 'src/broker/price.js')).toEqual([]);
  expect(await lint(configs[1] ?? '', 'src/price.js')).toHaveLength(2);
});
