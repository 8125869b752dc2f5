// Makes one call, for which it needs a token, through a hub of its own and prints how it ended. Started many times at once.
import { createHub } from '@hub/client';

const hub = createHub({}, { notify: () => undefined });
try {
  const answer = await hub.kis.call('inquire-price', { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' });
  console.log(JSON.stringify({ ok: true, price: answer.body.output.stck_prpr }));
} catch (error) {
  console.log(JSON.stringify({ ok: false, code: error.code, message: error.message }));
} finally {
  await hub.close();
}
