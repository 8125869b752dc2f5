// As many scripts are: its own token, its own sleep, its own fetch.
// node before.mjs 005930 2026-11-02 before.csv
import { writeFile } from 'node:fs/promises';

const BASE = process.env.KIS_BASE ?? 'https://openapi.koreainvestment.com:9443';
const { KIS_APP_KEY: appkey, KIS_APP_SECRET: appsecret } = process.env;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const getToken = async () => {
  const response = await fetch(`${BASE}/oauth2/tokenP`, {
    method: 'POST',
    body: JSON.stringify({ grant_type: 'client_credentials', appkey, appsecret }),
  });
  return (await response.json()).access_token;
};

const [symbol, day, file] = process.argv.slice(2);
const token = await getToken();
const bars = new Map();
let hour = '153000';
for (;;) {
  const url = new URL(`${BASE}/uapi/domestic-stock/v1/quotations/inquire-time-dailychartprice`);
  url.search = new URLSearchParams({
    FID_COND_MRKT_DIV_CODE: 'J',
    FID_INPUT_ISCD: symbol,
    FID_INPUT_HOUR_1: hour,
    FID_INPUT_DATE_1: day.replaceAll('-', ''),
    FID_PW_DATA_INCU_YN: 'N',
    FID_FAKE_TICK_INCU_YN: '',
  });
  const headers = { authorization: `Bearer ${token}`, appkey, appsecret, tr_id: 'FHKST03010230', custtype: 'P' };
  const { output2 } = await (await fetch(url, { headers })).json();
  for (const row of output2) {
    bars.set(row.stck_cntg_hour, [row.stck_oprc, row.stck_hgpr, row.stck_lwpr, row.stck_prpr, row.cntg_vol]);
  }
  if (output2.length < 120) break;
  const [, hh, mm] = /^(..)(..)/.exec(output2.at(-1).stck_cntg_hour);
  const before = Number(hh) * 60 + Number(mm) - 1;
  hour = `${String(Math.floor(before / 60)).padStart(2, '0')}${String(before % 60).padStart(2, '0')}00`;
  await sleep(60);
}

const lines = [...bars].sort(([left], [right]) => left.localeCompare(right));
await writeFile(file, lines.map(([time, values]) => `${time},${values.join(',')}\n`).join(''));
