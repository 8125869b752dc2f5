import { quoted } from './text.mjs';

const kinds = ['continuation', 'rowsPerPage', 'retention', 'cost', 'pace'];
const certainties = ['official', 'observed', 'uncertain'];

const originOf = ({ certainty, source, date }) => ({ certainty, source, date });

const isOrigin = ({ certainty, source, date }) =>
  certainties.includes(certainty) && source?.trim() !== '' && /^\d{4}-\d{2}-\d{2}$/.test(date);

const literal = (value) => (typeof value === 'string' ? quoted(value) : JSON.stringify(value));

/**
 * Writes what is known of each endpoint, every fact with its origin. Origins are shared by many endpoints, so each is
 * written once.
 */
export const factsWriter = (extra, endpointNames) => {
  const strangers = Object.keys(extra).filter((name) => name !== '*' && !endpointNames.includes(name));
  if (strangers.length > 0)
    throw new Error(`registry/endpoint-facts.json: no endpoint is called ${strangers.join(', ')}`);
  const origins = [];
  const originName = (origin) => {
    const text = JSON.stringify(origin);
    if (!origins.includes(text)) origins.push(text);
    return `from${origins.indexOf(text)}`;
  };
  const factText = (name, fact) => {
    if (!isOrigin(fact)) throw new Error(`${name}: a fact without its certainty, source and date`);
    const values = Object.entries(fact).filter(([field]) => !['certainty', 'source', 'date'].includes(field));
    const origin = originName(originOf(fact));
    return values.length === 0
      ? origin
      : `{ ${values.map(([field, value]) => `${field}: ${literal(value)}`).join(', ')}, ...${origin} }`;
  };
  return {
    /** The member `facts` of an endpoint; `listed` are those of the broker's own list. */
    member: (name, listed) => {
      const all = { ...listed, ...extra['*'], ...extra[name] };
      const known = kinds.filter((kind) => all[kind] !== undefined);
      return `{ ${known.map((kind) => `${kind}: ${factText(name, all[kind])}`).join(', ')} }`;
    },
    /** What has to stand above the endpoints, once all of them are written. */
    declarations: () =>
      origins
        .map((text, index) => {
          const { certainty, source, date } = JSON.parse(text);
          return `const from${index}: Origin = { certainty: ${quoted(certainty)}, source: ${quoted(source)}, date: ${quoted(date)} };\n`;
        })
        .join(''),
  };
};
