import { bad, good, goodTs, runRule } from '../../support/rule-cases.js';

const from = `import { createHub } from '@hub/client';\n`;

runRule('hub-must-close', {
  invalid: [
    ...bad(
      'unclosed@2',
      `${from}const hub = createHub();\nawait hub.kis.call('inquire-price', {});`,
      `${from}let hub; hub = createHub();\nhub.kis.call('inquire-price', {});`,
      `${from}const hub = createHub({ mode: 'service' });`,
      `import { createHub as make } from '@hub/client';\nconst hub = make();\nhub.quota;`,
      `const { createHub } = require('@hub/client');\nconst hub = createHub();`,
      `import * as client from '@hub/client';\nconst hub = client.createHub();`,
    ),
    ...bad(
      'unnamed@2',
      `${from}createHub();`,
      `${from}await createHub().kis.call('inquire-price', {});`,
      `${from}export const price = () => createHub().kis.call('inquire-price', {});`,
    ),
    ...bad('unclosed@2', `${from}const hub = createHub();`).map((one) => ({
      ...one,
      filename: 'hub.test.ts',
      options: { checkTests: true },
    })),
  ],
  valid: [
    ...good(
      `${from}const hub = createHub();\ntry { await hub.kis.call('inquire-price', {}); } finally { await hub.close(); }`,
      `${from}const hub = createHub();\nprocess.on('SIGTERM', () => hub.close());`,
      `${from}const hub = createHub();\nhub?.close();`,
      `${from}const hub = createHub();\nrun(hub);`,
      `${from}const hub = createHub();\nexport const price = () => hub.kis.call('inquire-price', {});`,
      `const { createHub } = require('@hub/client');\nconst hub = createHub();\nexports.price = () => hub.kis.call('x', {});`,
      `${from}const hub = createHub();\nexport { hub };`,
      `${from}const hub = createHub();\nexport default hub;`,
      `${from}const hub = createHub();\nmodule.exports = { hub };`,
      `${from}export const hub = createHub();`,
      `${from}export const make = () => createHub();`,
      `${from}function make() { return createHub(); }`,
      `${from}class Service { hub = createHub(); }`,
      `${from}start(createHub());`,
      `import { createHub } from './fake-hub.js';\nconst hub = createHub();`,
      `const createHub = () => 1;\nconst hub = createHub();`,
    ),
    ...goodTs(`${from}await using hub = createHub();\nawait hub.kis.call('inquire-price', {});`),
    { code: `${from}const hub = createHub();`, filename: 'hub.test.ts' },
  ],
});
