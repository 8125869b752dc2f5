import { bad, badTs, good, runRule } from '../../support/rule-cases.js';

const key = 'PSxk3Jd81mQz7Rt5Vw9Yb2Nc4Hf6Lg8Pa0Se';

runRule('no-broker-credentials', {
  invalid: [
    ...bad(
      'read@1',
      `const key = process.env.KIS_APP_KEY;`,
      `const key = process.env['KIWOOM_SECRET_KEY'];`,
      `const key = process.env.KIS_PAPER_APPSECRET ?? '';`,
      `const { KIS_APPKEY } = process.env;`,
      `const { HUB_KIS_APP_SECRET: secret } = process.env;`,
      `const key = import.meta.env.VITE_KIS_APP_KEY;`,
      `const key = Bun.env.KIWOOM_APP_KEY;`,
      `const key = Deno.env.get('KIS_APP_KEY');`,
      `const key = env.KOREAINVESTMENT_APP_SECRET;`,
      `const key = this.configService.get('KIS_APP_KEY');`,
      `const keys = process.env.HUB_KIS_KEYS;`,
      `send({ key: process.env.KIS_APP_KEY });`,
    ),
    ...badTs('read@1', `const key = (process.env as Env).KIS_APP_KEY!;`),
    ...bad('written@1', `const x = { appkey: '${key}' };`, `login({ appSecret: '${key}${key}' });`),
    ...bad('read@1', `const key = process.env.BROKER_A;`).map((one) => ({
      ...one,
      options: { extraNames: ['BROKER_A'] },
    })),
  ],
  valid: [
    ...good(
      `const key = process.env.DART_API_KEY;`,
      `const home = process.env.KIS_HOME;`,
      `const url = process.env.KIS_BASE_URL;`,
      `const broker = process.env.HUB_KIS_ENV;`,
      `const key = process.env[name];`,
      `createHub({ kis: { appKey: process.env.KIS_APP_KEY, appSecret: process.env.KIS_APP_SECRET } });`,
      `const x = { appkey: 'your app key' };`,
      `const x = { appkey: '' };`,
      `const x = { appkey: form.appkey };`,
      `const x = { id: '${key}' };`,
      `const x = map.get('KIS_APP_KEY');`,
      `const disk = process.env.DISKISAPPKEY;`,
    ),
    { code: `const key = process.env.KIS_APP_KEY;`, filename: 'keys.test.js' },
    { code: `const key = process.env.KIS_APP_KEY;`, filename: 'src/hub.js', options: { allow: ['src/hub.js'] } },
  ],
});
