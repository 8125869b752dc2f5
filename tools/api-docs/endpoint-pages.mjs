// One page per broker for the reference: its catalogue is far too large for a page per endpoint.
import { createHub } from '@hub/client';

const titles = { kis: 'Endpoints of KIS', kiwoom: 'Endpoints of Kiwoom' };

/** A hub opens nothing before its first call, so these keys lead nowhere. */
const offline = () =>
  createHub(
    {
      kis: { appKey: 'none', appSecret: 'none' },
      kiwoom: { appKey: 'none', secretKey: 'none' },
      redis: { main: 'redis://127.0.0.1', gatekeeper: 'redis://127.0.0.1' },
    },
    { env: {} },
  );

const code = (text) => `\`${text}\``;

const parameters = ({ required, optional }) =>
  [...required.map(code), ...optional.map((name) => `${code(name)}?`)].join(' ');

const paging = { cursor: '`pages`', window: 'by its time range', none: '' };

const names = ({ name, alias }) => (alias === undefined ? code(name) : `${code(name)}<br>${code(alias)}`);

const trs = ({ tr: { real, paper } }) => {
  if (paper === real) return code(real);
  return `${code(real)}<br>${paper === null ? 'not for paper' : code(paper)}`;
};

const row = (endpoint) => {
  const does = endpoint.replayable ? '' : ' (changes something: never repeated)';
  return [names(endpoint), endpoint.title + does, trs(endpoint), parameters(endpoint), paging[endpoint.continuation]];
};

const cells = (texts) => `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;

const page = (broker, endpoints) =>
  [
    '---',
    `title: ${titles[broker]}`,
    '---',
    '',
    `What \`hub.${broker}.call(name, params)\` can be asked, ${endpoints.length} operations. \`?\` marks what may be left out. The types of`,
    'parameters and answers complete in the editor; what is known of each beyond its shape is in',
    `\`hub.${broker}.endpoints\`.`,
    '',
    cells(['name', 'title', 'TR (real, paper)', 'parameters', 'further pages']),
    cells(['---', '---', '---', '---', '---']),
    ...endpoints.map((endpoint) => cells(row(endpoint))),
    '',
  ].join('\n');

/** File name and text of each. */
export const endpointPages = async () => {
  const hub = offline();
  const pages = Object.keys(titles).map((broker) => [`${broker}-endpoints.md`, page(broker, hub[broker].endpoints)]);
  await hub.close();
  return pages;
};
