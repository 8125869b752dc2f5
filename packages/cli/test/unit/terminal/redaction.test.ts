import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { redactor, secretsOf } from '../../../src/terminal/redaction.js';

it('what stands in the key file is hidden, also where the file is refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hub-keys-'));
  const file = join(folder, 'keys.json');
  const kis = { appKey: 'PSkey-canary', appSecret: 'secret/canary', account: '12345678-01' };
  writeFileSync(file, JSON.stringify({ kis }), { mode: 0o644 });
  const redact = redactor(secretsOf({ HUB_KEYS_FILE: file }));
  rmSync(folder, { recursive: true });
  expect(redact('PSkey-canary secret/canary 1234567801 12345678 kiwoom appKey')).toBe('*** *** *** *** kiwoom appKey');
});

it('what is shown on purpose stays as it is, also as a field that is hidden otherwise', () => {
  const ready = '{"appKey":"PSdemo","appSecret":"canary"}';
  expect(redactor([], ['PSdemo'])(ready)).toBe('{"appKey":"PSdemo","appSecret":"***"}');
  expect(redactor([])(ready)).toBe('{"appKey":"***","appSecret":"***"}');
});
