const REAL = 'https://openapi.koreainvestment.com:9443';

export async function price(code, token) {
  const query = new URLSearchParams({ FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: code });
  const answer = await fetch(`${REAL}/uapi/domestic-stock/v1/quotations/inquire-price?${query}`, {
    headers: { authorization: `Bearer ${token}`, tr_id: 'FHKST01010100' },
  });
  return (await answer.json()).output.stck_prpr;
}
