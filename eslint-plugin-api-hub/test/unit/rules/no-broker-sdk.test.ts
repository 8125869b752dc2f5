import { bad, badTs, good, goodTs, runRule } from '../../support/rule-cases.js';

const extraPackages = ['kis-client', '@acme/kis-*'];

runRule('no-broker-sdk', {
  invalid: [
    ...bad(
      'sdk@1',
      `import { KiwoomModule } from 'nest-wrapper-kiwoom';`,
      `import 'nest-wrapper-kiwoom';`,
      `import * as kiwoom from 'nest-wrapper-kiwoom/dist/index.js';`,
      `export { KiwoomModule } from 'nest-wrapper-kiwoom';`,
      `export * from 'nest-wrapper-kiwoom';`,
      `const kiwoom = require('nest-wrapper-kiwoom');`,
      `const kiwoom = await import('nest-wrapper-kiwoom');`,
      'const kiwoom = await import(`nest-wrapper-kiwoom`);',
    ),
    ...bad(
      'shape@1',
      `import { Kis } from 'kis-client';`,
      `import kiwoom from 'kiwoom';`,
      `import kiwoom from 'node-kiwoom';`,
      `import api from '@acme/kiwoom-openapi';`,
      `import api from 'koreainvestment-api/rest.js';`,
      `export * from 'kis-trading-bot';`,
    ),
    ...badTs('sdk@1', `import kiwoom = require('nest-wrapper-kiwoom');`),
    ...bad(
      'sdk@1',
      `import { Kis } from 'kis-client';`,
      `import { Kis } from 'kis-client/rest';`,
      `import { Kis } from '@acme/kis-rest';`,
      `const { Kis } = require('@acme/kis-rest/deep/file');`,
    ).map((one) => ({ ...one, options: { extraPackages } })),
  ],
  valid: [
    ...good(
      `import { createHub } from '@hub/client';`,
      `import { price } from './nest-wrapper-kiwoom.js';`,
      `import { price } from '../nest-wrapper-kiwoom';`,
      `import x from 'nest-wrapper-kiwoom-types';`,
      `import fs from 'node:fs';`,
      `import x from '#nest-wrapper-kiwoom';`,
      `const x = await import(name);`,
      `const x = require(name);`,
      `const x = load('nest-wrapper-kiwoom');`,
      `export const name = 'nest-wrapper-kiwoom';`,
      `import x from 'kiss';`,
      `import x from 'kis-types';`,
      `import x from '@acme/kis-theme';`,
      `import x from 'kiwoom-chart-icons';`,
      `import x from '@types/kiwoom';`,
    ),
    { code: `import x from 'kis-api';`, options: { allow: ['kis-*'] } },
    ...good(`import x from '@acme/other';`, `import x from 'kis-client-types';`, `import x from '@acme/kis';`).map(
      (one) => ({ ...one, options: { extraPackages } }),
    ),
    ...goodTs(
      `import type { Quote } from 'nest-wrapper-kiwoom';`,
      `export type { Quote } from 'nest-wrapper-kiwoom';`,
      `import type kiwoom = require('nest-wrapper-kiwoom');`,
    ),
  ],
});
