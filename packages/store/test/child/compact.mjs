// Compacts the store, and says what came of it.
import { compactStore } from '@hub/store';
import { say } from './say.mjs';

say({ begun: true });
say(await compactStore({ path: process.argv[2] }));
