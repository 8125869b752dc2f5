import { doc, header, key, list, quoted } from './text.mjs';

/** Messages of the WebSocket have no path of their own, and tokens are the vault's. */
const isCall = ({ method, path }) => method === 'POST' && !path.startsWith('/oauth2/') && !path.endsWith('/websocket');

/** Which call tells what became of an order. */
const inquiryOf = ({ apiId, path, mutating }) => {
  if (mutating !== true) return apiId;
  return path.endsWith('/ordr') && apiId.startsWith('kt5') ? 'kt50030' : 'kt00007';
};

const member = (endpoint) => {
  const { apiId, title, path, request, continuation, rowsPerPage, paperSupported, mutating } = endpoint;
  const names = (required) => list(request.filter((each) => each.required === required).map(({ name }) => name));
  const fields = {
    name: quoted(apiId),
    title: quoted(title),
    method: "'POST'",
    path: quoted(path),
    tr: `{ real: ${quoted(apiId)}, paper: ${paperSupported === false ? 'null' : quoted(apiId)} }`,
    required: names(true),
    optional: names(false),
    replayable: String(mutating !== true),
    inquiry: quoted(inquiryOf(endpoint)),
    continuation: continuation === true && mutating !== true ? "'cursor'" : "'none'",
    ...(rowsPerPage === undefined ? {} : { rowsPerPage: `{ real: ${rowsPerPage.rows} }` }),
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

export const kiwoomModules = (registry) => {
  const source = `registry/kiwoom-endpoints.json (${registry._about.edition.split(' (')[0]})`;
  const endpoints = kiwoomEndpoints(registry);
  return {
    'catalogue.generated.ts': [
      header(source),
      "import type { Endpoint } from '../contract.js';\n\n",
      '/** By api-id. */\n',
      'export const kiwoomEndpoints = {\n',
      endpoints.map(member).join('\n'),
      '\n} as const satisfies Record<string, Endpoint>;\n',
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
    ].join(''),
  };
};
