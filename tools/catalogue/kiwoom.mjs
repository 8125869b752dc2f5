import { factsWriter } from './facts.mjs';
import { doc, header, key, list, quoted } from './text.mjs';

/** Messages of the WebSocket have no path of their own, and tokens are the vault's. */
const isCall = ({ method, path }) => method === 'POST' && !path.startsWith('/oauth2/') && !path.endsWith('/websocket');

/** Which call tells what became of an order. */
const inquiryOf = ({ apiId, path, mutating }) => {
  if (mutating !== true) return apiId;
  return path.endsWith('/ordr') && apiId.startsWith('kt5') ? 'kt50030' : 'kt00007';
};

/** The registry does not date what public projects measured; it was put together on this day. */
const measured = '2026-11-23';

/** The workbook prints the headers of paging for every id, so that an id has pages is derived from its answer. */
const continuationOrigin = ({ mutating, continuation, rowsPerPage }, edition) => {
  if (mutating === true) {
    const source = 'gejyn14/kiwoom-cli: a second page would send the order again';
    return { certainty: 'observed', source, date: measured };
  }
  if (continuation === true && rowsPerPage?.sure === 'observed') {
    return { certainty: 'observed', source: rowsPerPage.source, date: measured };
  }
  const source = `derived from the workbook: the answer ${continuation === true ? 'is a list' : 'has no list'}`;
  return { certainty: 'uncertain', source, date: edition };
};

/** What the registry says of an id. */
const listedFacts = (endpoint, edition) => ({
  continuation: continuationOrigin(endpoint, edition),
  ...(endpoint.rowsPerPage === undefined
    ? {}
    : {
        rowsPerPage: {
          real: endpoint.rowsPerPage.rows,
          certainty: endpoint.rowsPerPage.sure,
          source: endpoint.rowsPerPage.source,
          date: measured,
        },
      }),
});

const member = (endpoint, alias, facts) => {
  const { apiId, title, path, request, continuation, paperSupported, mutating } = endpoint;
  const names = (required) => list(request.filter((each) => each.required === required).map(({ name }) => name));
  const fields = {
    name: quoted(apiId),
    alias: quoted(alias),
    title: quoted(title),
    method: "'POST'",
    path: quoted(path),
    tr: `{ real: ${quoted(apiId)}, paper: ${paperSupported === false ? 'null' : quoted(apiId)} }`,
    required: names(true),
    optional: names(false),
    replayable: String(mutating !== true),
    inquiry: quoted(inquiryOf(endpoint)),
    continuation: continuation === true && mutating !== true ? "'cursor'" : "'none'",
    facts,
  };
  return `  ${apiId}: { ${Object.entries(fields)
    .map(([field, value]) => `${field}: ${value}`)
    .join(', ')} },`;
};

const paramsOf = ({ request }) =>
  request.map(({ name, required, note, values }) => {
    const codes =
      values === undefined
        ? ''
        : `; ${Object.entries(values)
            .map(([code, meaning]) => `${code}=${meaning}`)
            .join(', ')}`;
    return `${doc(`${note}${codes}`, '    ')}    readonly ${key(name)}${required ? '' : '?'}: string;\n`;
  });

const fieldsOf = (fields, indent) =>
  Object.entries(fields)
    .map(([name, label]) => `${doc(label, indent)}${indent}readonly ${key(name)}?: string;\n`)
    .join('');

const bodyOf = ({ response }) => [
  fieldsOf(response.fields, '    '),
  ...Object.entries(response.lists).map(
    ([name, row]) => `    readonly ${key(name)}?: readonly {\n${fieldsOf(row, '      ')}    }[];\n`,
  ),
];

const interfaceText = (name, about, endpoints, membersOf) =>
  `/** ${about} */\nexport interface ${name} {\n` +
  endpoints.map((each) => `${doc(each.title, '  ')}  ${each.apiId}: {\n${membersOf(each).join('')}  };\n`).join('') +
  '}\n';

export const kiwoomEndpoints = ({ endpoints }) => endpoints.filter(isCall);

/** The English name of each id; every id has one of its own. */
const checkedAliases = (endpoints, aliases) => {
  const ids = endpoints.map(({ apiId }) => apiId);
  const names = Object.values(aliases);
  const flaws = [
    ...ids.filter((id) => !Object.hasOwn(aliases, id)).map((id) => `${id} has no alias`),
    ...Object.keys(aliases)
      .filter((id) => !ids.includes(id))
      .map((id) => `${id} is no endpoint`),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} is there twice`),
    ...names.filter((name) => !/^[a-z]+(-[a-z0-9]+)+$/.test(name)).map((name) => `${name} is no alias`),
  ];
  if (flaws.length > 0) throw new Error(`registry/kiwoom-aliases.json: ${flaws.join('; ')}`);
  return aliases;
};

/** What paper trading refuses: a mistake of the compiler where a hub says that it is one of paper. */
const realOnly = (endpoints) => endpoints.filter(({ paperSupported }) => paperSupported === false);

export const kiwoomModules = (registry, { aliases: given }, extraFacts) => {
  const source = `registry/kiwoom-endpoints.json (${registry._about.edition.split(' (')[0]})`;
  const endpoints = kiwoomEndpoints(registry);
  const aliases = checkedAliases(endpoints, given);
  const edition = /\d{4}-\d{2}-\d{2}/.exec(registry._about.edition)[0];
  const facts = factsWriter(extraFacts, Object.keys(aliases));
  const members = endpoints.map((each) =>
    member(each, aliases[each.apiId], facts.member(each.apiId, listedFacts(each, edition))),
  );
  return {
    'catalogue.generated.ts': [
      header(source),
      "import type { Endpoint, Origin } from '../contract.js';\nimport type { KiwoomParams } from './types.generated.js';\n\n",
      facts.declarations(),
      '\n/** By api-id. */\n',
      'export const kiwoomEndpoints: Readonly<Record<keyof KiwoomParams, Endpoint>> = {\n',
      members.join('\n'),
      '\n};\n\n',
      '/** English names, translated from the broker’s titles: see registry/kiwoom-aliases.json. */\n',
      'export const kiwoomAliases = {\n',
      endpoints.map(({ apiId, title }) => `${doc(title, '  ')}  ${key(aliases[apiId])}: ${quoted(apiId)},`).join('\n'),
      '\n} as const satisfies Record<string, keyof KiwoomParams>;\n',
    ].join(''),
    'types.generated.ts': [
      header(source),
      interfaceText('KiwoomParams', "What each id takes, as the broker's workbook prints it.", endpoints, paramsOf),
      '\n',
      interfaceText(
        'KiwoomBodies',
        'What the answers hold beside `return_code` and `return_msg`; the server may send more and fewer.',
        endpoints,
        bodyOf,
      ),
      '\n/** What the paper host refuses, as far as is known. */\n',
      `export type KiwoomRealOnly =\n${realOnly(endpoints)
        .map(({ apiId }) => `  | ${quoted(apiId)}`)
        .join('\n')};\n`,
    ].join(''),
  };
};
