// Calls each of three Kiwoom ids some times at once, as one of many processes on one key.
import { createHub } from '@hub/client';

const ids = ['ka10001', 'ka10003', 'ka10095'];
const times = Number(process.env.TIMES);

const hub = createHub();
const calls = ids.flatMap((id) => Array.from({ length: times }, () => hub.kiwoom.call(id, { stk_cd: '005930' })));
const ended = await Promise.allSettled(calls);
await hub.close();
const failed = ended.flatMap(({ reason }) => (reason === undefined ? [] : [String(reason)]));
process.stdout.write(JSON.stringify({ answered: ended.length - failed.length, failed }));
