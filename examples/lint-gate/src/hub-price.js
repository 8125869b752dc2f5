import { createHub } from '@hub/client';

const hub = createHub();

export async function price(code) {
  const answer = await hub.kis.call('inquire-price', { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: code });
  return answer.body.output.stck_prpr;
}
