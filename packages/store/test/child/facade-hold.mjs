// Opens the file through the facade, says so, and keeps it until it is ended.
import { Database } from '@hub/store/duckdb-async';
import { say } from './say.mjs';

const db = await Database.create(process.argv[2]);
say({ open: process.argv[2] });
setInterval(() => db, 60_000);
