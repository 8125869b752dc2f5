import { AST_NODE_TYPES as Type } from '@typescript-eslint/types';

import { identityOf } from '../ast/module.js';
import { type Call, type Node, bare, dottedNames } from '../ast/tree.js';
import type { Evaluator } from '../value/evaluator.js';
import { silentModules } from './library.js';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Methods that compare, keep, print or answer, whatever they are called on. */
const silentMethods = words(
  `add addBreadcrumb addEventListener captureException captureMessage createMany dec deleteMany deleteOne findFirst
   findMany findOne findUnique findUniqueOrThrow gauge histogram inc increment insert insertMany labels observe
   setAttribute setAttributes setContext setTag setTags startSpan startTimer timing updateMany updateOne upsert where alert append at charAt concat debug delete emit endsWith equal equals error every exec fatal
   fill filter has header hostname href includes indexOf info isEqual join json lastIndexOf listen localeCompare log
   match matchAll notEqual off on once padEnd padStart push redirect removeEventListener render repeat replace
   replaceAll search set setHeader slice some split startsWith strictEqual deepEqual substring substr test throws
   toLowerCase toString toUpperCase trace trim unshift use verbose warn write writeHead writeText`,
);

const silentFunctions = words(
  `Array BigInt Boolean Number String Symbol afterAll afterEach alert assert beforeAll beforeEach clsx confirm
   createElement debug decodeURI decodeURIComponent describe encodeURI encodeURIComponent expect h i18n invariant it
   jsx jsxs log nock open parseInt print prompt redirect require super.constructor suite t test trace warn warning`,
);

/** Questions, assertions, conversions, mocks and listeners, by the way they are named. */
const silentName = /^(?:(?:can|has|is|matches|should|to|mock|on)[A-Z]\w*|assert\w*)$/;

const silentRoots = words(
  `Array JSON Joi Math Number Object Reflect URL assert chai cheerio console cy expect jest localStorage location
   logger nock path sessionStorage sinon url util vi yup z`,
);

const silentClasses =
  /^(?:Array|Blob|Date|File|FormData|Headers|Map|Promise|RegExp|Request|Response|Set|String|URL|URLPattern|URLSearchParams|WeakMap|WeakSet|.*(?:Error|Exception|Server))$/;

/** Receivers whose `get(key)` looks something up. */
const lookup =
  /(?:cache|config|cookies?|dict|env|headers?|lru|map|memo|params|query|redis|registry|seen|session|settings|storage|store|table|visited)s?$/i;

/** Receivers that keep things, whatever the method. */
const keeper = /(?:cache|database|db|knex|prisma|redis|repo(?:sitory)?|storage)$/i;

/** Receivers on which a path is a route that is served, not called; and answers to those who called. */
const server = /^(?:app|express|fastify|hono|mock\w*|nock|router?s?|server|\w*(?:App|Router|Server))$/;
const answer = /^(?:c|ctx|context|rep|reply|res|response)$/;
const navigation = /^(?:history|location|navigation|router|shell|window)$/;

const collection = /Map|Set|Cache|LRU|Headers|Params/;

const isSilentMethod = (names: readonly string[]): boolean => {
  const last = names.at(-1) ?? '';
  const receiver = (names.at(-2) ?? '').replace(/\(\)$/, '');
  if (silentMethods.has(last) || silentName.test(last)) return true;
  if (last === 'get' || last === 'peek') {
    if (lookup.test(receiver)) return true;
  }
  if (answer.test(receiver) || keeper.test(receiver)) return true;
  if (server.test(receiver)) return true;
  return navigation.test(receiver) && /^(?:assign|back|navigate|open|openExternal|prefetch|push|replace)$/.test(last);
};

/** True when a call that we know by its name takes an address without sending anything to it. */
export const isSilent = (call: Call, evaluator: Evaluator): boolean => {
  if (call.parent.type === Type.Decorator) return true;
  const names = dottedNames(call.callee);
  const [root = ''] = names;
  const bareRoot = root.replace(/\(\)$/, '');
  const last = names.at(-1) ?? '';
  if (call.type === Type.NewExpression) return silentClasses.test(last) || fromSilentModule(call, evaluator);
  if (names.length === 1)
    return silentFunctions.has(last) || silentName.test(last) || fromSilentModule(call, evaluator);
  if (silentRoots.has(bareRoot) || isSilentMethod(names) || isHubCall(names)) return true;
  return fromSilentModule(call, evaluator) || isLookup(call, evaluator);
};

/** `hub.kis.call(…)`, wherever the hub comes from. */
const isHubCall = (names: readonly string[]): boolean =>
  /^(?:kis|kiwoom)$/.test(names.at(-2) ?? '') && /^(?:call|pages?|pagesFrom|raw)$/.test(names.at(-1) ?? '');

const fromSilentModule = (call: Call, evaluator: Evaluator): boolean => {
  let at: Node = bare(call.callee);
  while (at.type === Type.CallExpression) at = bare(at.callee);
  const module = identityOf(at, evaluator.file)?.module ?? null;
  return module !== null && silentModules.test(module);
};

/** `known.get(url)` on a `new Map()` of any name, or on what is declared to be one. */
const isLookup = (call: Call, evaluator: Evaluator): boolean => {
  const callee = bare(call.callee);
  if (callee.type !== Type.MemberExpression) return false;
  const { file } = evaluator;
  const made = evaluator
    .follow(callee.object)
    .some((node) => node.type === Type.NewExpression && collection.test(dottedNames(node.callee).at(-1) ?? ''));
  if (made || callee.object.type !== Type.Identifier) return made;
  const name = file.variableOf(callee.object)?.defs[0]?.name;
  const annotation = name?.type === Type.Identifier ? name.typeAnnotation : undefined;
  return annotation !== undefined && collection.test(file.sourceCode.getText(annotation));
};
