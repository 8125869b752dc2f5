// Opens the store, says so, and keeps it until it is ended.
import { openStore } from '@hub/store';
import { say } from './say.mjs';

const store = await openStore({ path: process.argv[2] });
say({ open: store.path });
setInterval(() => store, 60_000);
