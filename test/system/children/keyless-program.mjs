// A user's program in service mode: it reads, places an order, hears of failures, and then waits to be looked at.
import { createHub } from '@hub/client';

globalThis.control = process.env.CONTROL; // what a search of the heap has to find
const hub = createHub();
const price = { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' };
const told = {};
const note = async (name, call) => {
  told[name] = await call.then(
    () => 'answered',
    (error) => error.code,
  );
};
await note('read', hub.kis.call('inquire-price', price));
await note('refused', hub.kis.call('inquire-price', { ...price, FID_COND_MRKT_DIV_CODE: 'Q' }));
await note(
  'order',
  hub.kis.call('order-cash-buy', { PDNO: '005930', ORD_DVSN: '00', ORD_QTY: '1', ORD_UNPR: '70000' }),
);
await note('broken', hub.kis.call('inquire-time-itemconclusion', { ...price, FID_INPUT_HOUR_1: '100000' }));
await note('aborted', hub.kis.call('inquire-price', price, { signal: AbortSignal.abort() }));
let bars = 0;
const days = { symbol: '005930', venue: 'KRX', interval: '1d', from: '2026-11-02', to: '2026-11-06' };
for await (const bar of hub.candles(days)) bars += bar.volume > 0 ? 1 : 0;
console.log(JSON.stringify({ ...told, bars }));
process.stdin.once('data', () => void hub.close().then(() => process.stdin.destroy()));
