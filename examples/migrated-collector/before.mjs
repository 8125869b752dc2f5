// As many collectors are: its own approval key, its own reconnect loop, its own split('^'), its own file.
// node before.mjs 005930,000660 before.csv
import { createWriteStream } from 'node:fs';

import { WebSocket } from 'ws';

const BASE = process.env.KIS_BASE ?? 'https://openapi.koreainvestment.com:9443';
const LIVE = process.env.KIS_LIVE ?? 'ws://ops.koreainvestment.com:21000';
const { KIS_APP_KEY: appkey, KIS_APP_SECRET: secretkey } = process.env;
const [symbols, file] = process.argv.slice(2);
const out = createWriteStream(file, { flags: 'a' });

const getApprovalKey = async () => {
  const response = await fetch(`${BASE}/oauth2/Approval`, {
    method: 'POST',
    body: JSON.stringify({ grant_type: 'client_credentials', appkey, secretkey }),
  });
  return (await response.json()).approval_key;
};

const connect = async () => {
  const approval_key = await getApprovalKey();
  const socket = new WebSocket(`${LIVE}/tryitout`);
  socket.on('open', () => {
    for (const tr_key of symbols.split(',')) {
      const header = { approval_key, custtype: 'P', tr_type: '1', 'content-type': 'utf-8' };
      socket.send(JSON.stringify({ header, body: { input: { tr_id: 'H0STCNT0', tr_key } } }));
    }
  });
  socket.on('message', (data) => {
    const text = data.toString();
    if (text.startsWith('{')) {
      if (text.includes('PINGPONG')) socket.send(text);
      return;
    }
    const fields = text.split('|')[3].split('^');
    const [symbol, time, price] = fields;
    out.write(`${symbol},${time},${price},${fields[12]},${fields[13]}\n`);
  });
  socket.on('close', () => setTimeout(connect, 1_000));
  socket.on('error', () => socket.close());
};

process.on('SIGINT', () => process.exit(0));
await connect();
