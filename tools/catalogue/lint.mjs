import { filled, isRequired, kisEndpoints, shownNames } from './kis.mjs';
import { kiwoomEndpoints } from './kiwoom.mjs';
import { header, quoted } from './text.mjs';

/** `-` where there is none, so that every line has the same columns. */
const column = (texts) => (texts.length === 0 ? '-' : texts.join(','));

const line = ({ name, method, path, trs, params }) => {
  const names = (required) => column(params.filter((each) => each.required === required).map((each) => each.name));
  return `  ${quoted([name, method, path, column(trs), names(true), names(false)].join(' '))},\n`;
};

const kisLines = (registry) => {
  const endpoints = kisEndpoints(registry);
  const shown = shownNames(endpoints);
  return endpoints.map(({ endpoint, name, tr }) =>
    line({
      name: shown(name),
      method: endpoint.method,
      path: endpoint.path,
      trs: [...new Set([tr.real, tr.paper])].filter((each) => each !== null),
      params: endpoint.params.map((each) => ({
        name: each.name,
        required: isRequired(endpoint, each) && !filled.includes(each.name),
      })),
    }),
  );
};

const kiwoomLines = (registry) =>
  kiwoomEndpoints(registry).map(({ apiId, path, request }) =>
    line({ name: apiId, method: 'POST', path, trs: [apiId], params: request }),
  );

const constant = (name, about, lines) =>
  `\n/** ${about} */\nexport const ${name}: readonly string[] = [\n${lines.join('')}];\n`;

/** The plugin uses nothing of ours, so it has the catalogue as data: one line per operation, read when a report needs it. */
export const lintModule = ({ kis, kiwoom }) =>
  `${header('registry/kis-endpoints.json and registry/kiwoom-endpoints.json')}\n` +
  '// Columns: name, method, path, TRs, parameters that are needed, parameters that may be given.\n' +
  constant('kisOperations', 'By the names of hub.kis.call.', kisLines(kis)) +
  constant('kiwoomOperations', 'By the names of hub.kiwoom.call.', kiwoomLines(kiwoom));
