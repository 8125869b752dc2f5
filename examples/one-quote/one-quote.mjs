// The price of a share: node one-quote.mjs 005930
import { createHub } from '@hub/client';

const [symbol = '005930'] = process.argv.slice(2);
const hub = createHub(); // keys and servers from the environment
const { body } = await hub.kis.call('inquire-price', { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: symbol });
const price = Number(body.output.stck_prpr); // KIS answers an unknown symbol with success and zeros
console.log(price === 0 ? `${symbol}: no such symbol` : `${symbol} ${price.toLocaleString('en')} KRW`);
await hub.close();
