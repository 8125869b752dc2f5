import { factsWriter } from './facts.mjs';
import { doc, header, key, list, quoted } from './text.mjs';

/**
 * What an endpoint is called where its path has several TRs: `order-cash` is `order-cash-buy` and `order-cash-sell`, so
 * that a side or a market cannot be forgotten. By the real TR.
 */
const variants = {
  TTTC0081R: '',
  CTSC9215R: 'before-3-months',
  TTTC0012U: 'buy',
  TTTC0011U: 'sell',
  TTTC0052U: 'buy',
  TTTC0051U: 'sell',
  CTSC0009U: 'cancel',
  CTSC0013U: 'modify',
  TTTO1101U: '',
  STTN1101U: 'night',
  TTTO1103U: '',
  TTTN1103U: 'night',
  TTTS6036U: 'buy',
  TTTS6037U: 'sell',
  TTTT1002U: 'buy-us',
  TTTS1002U: 'buy-hongkong',
  TTTS0202U: 'buy-shanghai',
  TTTS0305U: 'buy-shenzhen',
  TTTS0308U: 'buy-tokyo',
  TTTS0311U: 'buy-vietnam',
  TTTT1006U: 'sell-us',
  TTTS1001U: 'sell-hongkong',
  TTTS1005U: 'sell-shanghai',
  TTTS0304U: 'sell-shenzhen',
  TTTS0307U: 'sell-tokyo',
  TTTS0310U: 'sell-vietnam',
  TTTT3014U: 'buy-us',
  TTTT3016U: 'sell-us',
  TTTS3013U: 'asia',
  TTTT3039R: 'us',
  TTTS3014R: 'asia',
  TTTT1004U: 'us',
  TTTS1003U: 'hongkong',
  TTTS0302U: 'shanghai',
  TTTS0306U: 'shenzhen',
  TTTS0309U: 'tokyo',
  TTTS0312U: 'vietnam',
  OTFM3002U: 'modify',
  OTFM3003U: 'cancel',
};

/** Which call tells what became of an order. */
const inquiries = {
  'domestic-stock': 'domestic-stock/inquire-daily-ccld',
  'domestic-bond': 'domestic-bond/inquire-daily-ccld',
  'domestic-futureoption': 'domestic-futureoption/inquire-ccnl',
  'overseas-stock': 'overseas-stock/inquire-ccnl',
  'overseas-futureoption': 'overseas-futureoption/inquire-ccld',
};

/** The vault and the hub themselves make these; as a call they would go past the shared token. */
const isAuthentication = ({ group }) => group === 'OAuth인증';

/** `/uapi/domestic-stock/v1/trading/pension/inquire-balance` → `domestic-stock/pension/inquire-balance`. */
const baseName = (path) => {
  const match = /^\/uapi\/([^/]+)\/v1\/[^/]+\/(.+)$/.exec(path);
  return match === null ? path.split('/').at(-1) : `${match[1]}/${match[2]}`;
};

const named = (endpoint) => {
  const base = baseName(endpoint.path);
  if (!Array.isArray(endpoint.trId)) return [{ endpoint, name: base, tr: endpoint.trId }];
  return endpoint.trId.map(({ real, paper, when }) => {
    if (!Object.hasOwn(variants, real)) throw new Error(`${endpoint.path}: name the variant of ${real} (${when})`);
    const suffix = variants[real];
    return { endpoint, name: suffix === '' ? base : `${base}-${suffix}`, tr: { real, paper }, when };
  });
};

/** Contradictory (README yes, portal no, a public probe worked), so the broker decides. */
const perhapsOnPaper = ['domestic-stock/inquire-time-dailychartprice'];

/** Where the list does not know whether paper has it, a TR of quotations is let through: it is the same in both environments. */
const paperTr = ({ paperSupported }, { real, paper }, name) =>
  paper ?? (paperSupported === null || perhapsOnPaper.includes(name) ? real : null);

const pagingOf = ({ continuation }) => {
  if (continuation === null) return { continuation: 'none' };
  const { kind, keys, moreWhen } = continuation;
  // The key of a `NEXT` is computed from the oldest row, not copied.
  if (kind === 'window' || keys.includes('NEXT')) return { continuation: 'window' };
  return { continuation: 'cursor', cursorKeys: keys, moreWhen: moreWhen.length === 0 ? ['F', 'M'] : moreWhen };
};

/** How sure it is that pages are asked for in this way. */
const continuationOrigin = ({ continuation, source, remark }, date) => {
  const sample = `official sample ${source}`;
  if (continuation === null) return { certainty: 'official', source: sample, date };
  if (continuation.kind === 'header-only') {
    const noPage = remark?.includes('no next page') === true;
    const doubt = noPage
      ? 'its own text says that there is no next page'
      : 'without a cursor, and no second page is on record';
    return { certainty: 'uncertain', source: `${sample} repeats the call ${doubt}`, date };
  }
  return { certainty: continuation.certainty ?? 'official', source: sample, date };
};

/** What the official samples say of an endpoint. */
const listedFacts = (endpoint, date) => ({
  continuation: continuationOrigin(endpoint, date),
  ...(endpoint.maxRows === undefined
    ? {}
    : {
        rowsPerPage: { ...endpoint.maxRows, certainty: 'official', source: `official sample ${endpoint.source}`, date },
      }),
});

const isReplayable = ({ method }) => method === 'GET';

/** Added to the API later: programs from before leave it out, and the broker takes KRX then. */
const mayBeLeftOut = { 'domestic-stock/order-cash': ['EXCG_ID_DVSN_CD'] };

export const isRequired = ({ path }, { name, required }) =>
  required && mayBeLeftOut[baseName(path)]?.includes(name) !== true;

const member = ({ endpoint, name, tr }, shown, facts) => {
  const { title, method, path, params } = endpoint;
  const { continuation, moreWhen, cursorKeys } = pagingOf(endpoint);
  const inquiry = isReplayable(endpoint) ? name : inquiries[name.split('/')[0]];
  if (inquiry === undefined) throw new Error(`${path}: say which call tells what became of it`);
  const names = (required) =>
    list(params.filter((each) => isRequired(endpoint, each) === required).map((each) => each.name));
  const paper = paperTr(endpoint, tr, name);
  const fields = {
    name: quoted(shown(name)),
    title: quoted(title),
    method: quoted(method),
    path: quoted(path),
    tr: `{ real: ${quoted(tr.real ?? '')}, paper: ${paper === null && tr.real !== null ? 'null' : quoted(paper ?? '')} }`,
    required: names(true),
    optional: names(false),
    replayable: String(isReplayable(endpoint)),
    inquiry: quoted(shown(inquiry)),
    continuation: quoted(continuation),
    ...(moreWhen === undefined ? {} : { moreWhen: list(moreWhen), cursorKeys: list(cursorKeys) }),
    facts,
  };
  const text = Object.entries(fields).map(([field, value]) => `${field}: ${value}`);
  return `  ${quoted(name)}: { ${text.join(', ')} },`;
};

/** The hub knows the account of a key, so callers need not give it. */
export const filled = ['CANO', 'ACNT_PRDT_CD'];

const paramsOf = ({ endpoint }) =>
  endpoint.params.map((each) => {
    const optional = isRequired(endpoint, each) && !filled.includes(each.name) ? '' : '?';
    return `${doc(each.note, '    ')}    readonly ${key(each.name)}${optional}: string;\n`;
  });

/** Fields of all outputs together: the official label tables do not tell them apart, and every one may be absent. */
const rowOf = ({ endpoint }) =>
  Object.entries(endpoint.responseFields ?? {}).map(
    ([name, { label }]) => `${doc(label, '    ')}    readonly ${key(name)}?: string;\n`,
  );

const bodyOf = ({ endpoint, name }) => {
  const row = `KisRows[${quoted(name)}]`;
  const shapes = { object: row, array: `readonly ${row}[]` };
  return endpoint.outputs.map((output) => {
    const shape = endpoint.outputShapes?.[output];
    return `    readonly ${key(output)}?: ${shapes[shape] ?? `${row} | readonly ${row}[]`};\n`;
  });
};

/** Full names that paper trading does not offer: a mistake of the compiler where a hub says that it is one of paper. */
const realOnly = (endpoints) =>
  endpoints.filter(({ endpoint, name, tr }) => tr.real !== null && paperTr(endpoint, tr, name) === null);

const interfaceText = (name, about, endpoints, membersOf, more = '') =>
  `/** ${about} */\nexport interface ${name} {\n` +
  endpoints
    .map(
      (each) => `${doc(each.endpoint.title, '  ')}  ${quoted(each.name)}: {\n${membersOf(each).join('')}  }${more};\n`,
    )
    .join('') +
  '}\n';

/** A bare name belongs to the only area that has it, or to domestic stocks, which most calls are about. */
const bareNames = (endpoints) => {
  const areas = new Map();
  for (const { name } of endpoints) {
    if (!name.includes('/')) continue;
    const bare = name.slice(name.indexOf('/') + 1);
    areas.set(bare, [...(areas.get(bare) ?? []), name]);
  }
  const owner = (names) => (names.length === 1 ? names[0] : names.find((name) => name.startsWith('domestic-stock/')));
  return new Map([...areas].flatMap(([bare, names]) => (owner(names) === undefined ? [] : [[bare, owner(names)]])));
};

/** What messages call an endpoint: its bare name where it has one. */
export const shownNames = (endpoints) => {
  const short = new Map([...bareNames(endpoints)].map(([alias, name]) => [name, alias]));
  return (name) => short.get(name) ?? name;
};

/** The endpoints that may be called: tokens and approval keys are the vault's. */
export const kisEndpoints = ({ rest }) => rest.filter((each) => !isAuthentication(each)).flatMap(named);

export const kisModules = (registry, extraFacts) => {
  const { origin, commit, commitDate } = registry._about;
  const source = `registry/kis-endpoints.json (${origin}, ${commit.slice(0, 7)}, ${commitDate})`;
  const endpoints = kisEndpoints(registry);
  const names = endpoints.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) throw new Error(`two endpoints of the same name: ${twice.join(', ')}`);
  const bare = bareNames(endpoints);
  const shown = shownNames(endpoints);
  const facts = factsWriter(extraFacts, names);
  const members = endpoints.map((each) =>
    member(each, shown, facts.member(each.name, listedFacts(each.endpoint, commitDate))),
  );
  return {
    'catalogue.generated.ts': [
      header(source),
      "import type { Endpoint, Origin } from '../contract.js';\nimport type { KisParams } from './types.generated.js';\n\n",
      facts.declarations(),
      '\n/** By area and name of the path, and by TR where one path has several. */\n',
      'export const kisEndpoints: Readonly<Record<keyof KisParams, Endpoint>> = {\n',
      members.join('\n'),
      '\n};\n\n',
      '/** Names without an area: of the only area that has such a path, else of domestic stocks. */\n',
      'export const kisShortNames = {\n',
      [...bare].map(([alias, name]) => `  ${key(alias)}: ${quoted(name)},`).join('\n'),
      '\n} as const satisfies Record<string, keyof KisParams>;\n',
    ].join(''),
    'types.generated.ts': [
      header(source),
      interfaceText('KisParams', 'What each endpoint takes, as the official samples describe it.', endpoints, paramsOf),
      '\n',
      interfaceText(
        'KisRows',
        'Fields of the answers by the official label tables; the server may send more and fewer.',
        endpoints,
        rowOf,
      ),
      '\n',
      interfaceText('KisBodies', 'What the answers hold beside `rt_cd`, `msg_cd` and `msg1`.', endpoints, bodyOf),
      '\n/** What paper trading does not offer, as far as is known. */\n',
      `export type KisRealOnly =\n${realOnly(endpoints)
        .map(({ name }) => `  | ${quoted(name)}`)
        .join('\n')};\n`,
    ].join(''),
  };
};
