// Tries to open the store; says what it holds, or why it could not.
import { openStore } from '@hub/store';
import { say } from './say.mjs';

try {
  const store = await openStore({ path: process.argv[2] });
  say(await store.summary());
  await store.close();
} catch (error) {
  say({ code: error.code, holderPid: error.holderPid, holderProgram: error.holderProgram, remedy: error.remedy });
}
