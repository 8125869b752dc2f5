// A process of the test: asks the broker as often as it is told, line by line on stdin, and says what came of it.
// Runs from the built package, as users do.
import { createInterface } from 'node:readline';

import { createHub } from '@hub/client';

const hub = createHub(JSON.parse(process.env.HUB_OPTIONS ?? '{}'));
const say = (words) => process.stdout.write(`${JSON.stringify(words)}\n`);

createInterface({ input: process.stdin }).on('line', (line) => {
  const { count, endpoint, params, options } = JSON.parse(line);
  for (let index = 0; index < count; index += 1) {
    hub.kis.call(endpoint, params, options).then(
      ({ requestId, receivedAt }) => say({ requestId, receivedAt }),
      ({ code, message }) => say({ code, message }),
    );
  }
});
process.stdin.on('end', () => void hub.close());
say({ ready: process.pid });
