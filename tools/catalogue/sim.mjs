import { header, list, quoted } from './text.mjs';

/** Own reading of the registries, apart from the client's: what one of them misreads shall show. */
const trTexts = (trId, environment) => [
  ...new Set(
    [trId]
      .flat()
      .map((each) => each[environment])
      .filter((tr) => tr !== null),
  ),
];

/** Where the list does not know whether paper has it, the simulator lets the real TR through. */
const paperTrs = ({ trId, paperSupported, allTrIds }) => (paperSupported === null ? allTrIds : trTexts(trId, 'paper'));

const kisMember = (endpoint) => {
  const { method, path, params, outputs, outputShapes = {}, responseFields = {} } = endpoint;
  // On POST names are upper case as they stand; on GET the broker takes either.
  const required = params
    .filter((each) => each.required)
    .map(({ name }) => (method === 'GET' ? name.toUpperCase() : name));
  const shapes = outputs.map((output) => `${quoted(output)}: ${quoted(outputShapes[output] ?? 'array')}`);
  return (
    `  { method: '${method}', path: ${quoted(path)}, trs: { real: ${list(trTexts(endpoint.trId, 'real'))}, ` +
    `paper: ${list(paperTrs(endpoint))} }, required: ${list(required)}, outputs: { ${shapes.join(', ')} }, ` +
    `fields: ${quoted(Object.keys(responseFields).join(' '))} },`
  );
};

const kiwoomMember = ({ apiId, path, request, response, paperSupported }) => {
  const rules = request.map(({ name, required }) => `${name}${required ? '!' : ''}`).join(' ');
  const lists = Object.entries(response.lists).map(
    ([name, row]) => `${quoted(name)}: ${quoted(Object.keys(row).join(' '))}`,
  );
  return (
    `  { apiId: '${apiId}', path: ${quoted(path)}, request: ${quoted(rules)}, fields: ` +
    `${quoted(Object.keys(response.fields).join(' '))}, lists: { ${lists.join(', ')} }, paper: ${paperSupported !== false} },`
  );
};

const moduleText = (source, type, name, about, members) =>
  `${header(source)}import type { ${type} } from './endpoint.js';\n\n/** ${about} */\n` +
  `export const ${name}: readonly ${type}[] = [\n${members.join('\n')}\n];\n`;

export const simModules = ({ kis, kiwoom }) => ({
  'kis/listed.generated.ts': moduleText(
    'registry/kis-endpoints.json',
    'Listed',
    'listed',
    'Every path below /uapi/ that is on record.',
    kis.rest.filter(({ group }) => group !== 'OAuth인증').map(kisMember),
  ),
  'kiwoom/listed.generated.ts': moduleText(
    'registry/kiwoom-endpoints.json',
    'Listed',
    'listed',
    'Every id of the REST API that is on record.',
    kiwoom.endpoints
      .filter(({ method, path }) => method === 'POST' && /^\/api\/dostk\/(?!websocket)/.test(path))
      .map(kiwoomMember),
  ),
});
