import { EventEmitter, once } from 'node:events';

import { expect, it } from 'vitest';

import { PythonModules } from '../../../src/audit/modules.js';

it('a module that is still being read is not taken for an empty one', async () => {
  const files: Readonly<Record<string, string>> = {
    'conf.py': 'from host import HOST\nBASE = HOST\n',
    'host.py': 'HOST = "https://api.kiwoom.com"\n',
  };
  const reading = new EventEmitter();
  const reached = once(reading, 'reached');
  const released = once(reading, 'released');
  const modules = new PythonModules(
    async (path) => {
      if (path === 'host.py') {
        reading.emit('reached');
        await released;
      }
      return files[path] ?? null;
    },
    { extraHosts: [] },
  );
  const source = 'from conf import BASE\n';
  const first = modules.importedBy('a.py', source);
  await reached;
  const second = modules.importedBy('b.py', source);
  reading.emit('released');
  expect([...(await first)]).toEqual([['BASE', 'https://api.kiwoom.com']]);
  expect([...(await second)]).toEqual([...(await first)]);
});
