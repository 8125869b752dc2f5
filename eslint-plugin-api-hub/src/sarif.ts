import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { ESLint, Linter } from 'eslint';

import { name, version } from './manifest.js';

/** SARIF's own words for what ESLint counts with numbers. */
const levels: Readonly<Record<Linter.Severity, 'none' | 'warning' | 'error'>> = { 0: 'none', 1: 'warning', 2: 'error' };

/** As a URI, so that a `#` or a space in a name stays what it is. Relative to the project where the file is in it. */
const uriOf = (path: string, cwd: string): { uri: string; uriBaseId?: string } => {
  const inside = relative(cwd, path).replaceAll('\\', '/');
  if (inside.startsWith('../')) return { uri: pathToFileURL(path).href };
  return { uri: inside.split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
};

/** Where something is; lines and columns from 1. */
export interface SarifPlace {
  readonly path: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly endLine?: number | undefined;
  readonly endColumn?: number | undefined;
}

/** One thing that a tool has found. */
export interface SarifResult extends SarifPlace {
  readonly rule: string | null;
  readonly level: 'none' | 'warning' | 'error';
  readonly message: string;
  /** What it is known by in the next run, whatever line it has then. */
  readonly fingerprint?: string;
}

/** What one run of a tool has found. */
export interface SarifRun {
  /** Where relative paths begin. */
  readonly cwd: string;
  readonly tool: { readonly name: string; readonly version?: string; readonly informationUri?: string };
  readonly extensions?: readonly { readonly name: string; readonly version: string }[];
  /** What a rule is about, and the page that says more. */
  readonly describe: (rule: string) => { readonly text?: string | undefined; readonly helpUri?: string | undefined };
  readonly results: readonly SarifResult[];
  /** What could not be looked at. */
  readonly broken: readonly (SarifPlace & { readonly message: string })[];
}

/** A report on a whole file has no line, and SARIF's begin at 1. */
const regionOf = ({ line, column, endLine, endColumn }: SarifPlace): object => {
  if (line === undefined || line < 1) return {};
  const start = { startLine: line, startColumn: Math.max(1, column ?? 1) };
  if (endLine === undefined || endColumn === undefined) return { region: start };
  return { region: { ...start, endLine, endColumn } };
};

/** SARIF 2.1.0, which GitHub's code scanning reads. Columns count UTF-16 units. */
export const sarifLog = ({ cwd, tool, extensions, describe, results, broken }: SarifRun): string => {
  const ids = [...new Set(results.map(({ rule }) => rule).filter((id) => id !== null))].sort();
  const locationOf = (place: SarifPlace): object => ({
    physicalLocation: { artifactLocation: uriOf(place.path, cwd), ...regionOf(place) },
  });
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            ...tool,
            rules: ids.map((id) => {
              const { text, helpUri } = describe(id);
              return {
                id,
                ...(text === undefined ? {} : { shortDescription: { text } }),
                ...(helpUri === undefined ? {} : { helpUri }),
              };
            }),
          },
          ...(extensions === undefined ? {} : { extensions }),
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: broken.length === 0,
            toolExecutionNotifications: broken.map(({ message, ...place }) => ({
              ...{ level: 'error', message: { text: message }, locations: [locationOf(place)] },
            })),
          },
        ],
        results: results.map(({ rule, level, message, fingerprint, ...place }) => ({
          ...(rule === null ? {} : { ruleId: rule, ruleIndex: ids.indexOf(rule) }),
          level,
          message: { text: message },
          locations: [locationOf(place)],
          ...(fingerprint === undefined ? {} : { partialFingerprints: { 'apiHub/v1': fingerprint } }),
        })),
      },
    ],
  };
  return JSON.stringify(log, undefined, 2);
};

/**
 * A formatter of ESLint that writes SARIF 2.1.0: the reports of all rules that ran. Reports that a comment switches off are not
 * among them.
 */
const sarif: ESLint.FormatterFunction = (results, { cwd, rulesMeta }) => {
  const messages = results.flatMap(({ filePath, messages: own }) =>
    own.map((message) => ({ path: filePath, ...message })),
  );
  // A file that cannot be parsed has no rule to blame: it is the run that failed there.
  const broken = messages.filter(({ fatal }) => fatal === true);
  const reports = messages.filter(({ fatal }) => fatal !== true);
  return sarifLog({
    cwd,
    tool: { name: 'ESLint', informationUri: 'https://eslint.org' },
    extensions: [{ name, version }],
    describe: (id) => {
      const { description, url } = rulesMeta[id]?.docs ?? {};
      // Readers take an address of the web only; the pages of this plugin lie on the disk.
      return { text: description, helpUri: url?.startsWith('https://') === true ? url : undefined };
    },
    results: reports.map(({ ruleId, severity, ...message }) => ({
      ...placed(message),
      rule: ruleId,
      level: levels[severity],
    })),
    broken: broken.map(placed),
  });
};

const placed = ({
  path,
  message,
  line,
  column,
  endLine,
  endColumn,
}: SarifPlace & { readonly message: string }): SarifPlace & { readonly message: string } => ({
  ...{ path, message, line, column, endLine, endColumn },
});

export default sarif;
