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

/** A report on a whole file has no line, and SARIF's begin at 1. */
const regionOf = ({ line, column, endLine, endColumn }: Partial<Linter.LintMessage>): object => {
  if (line === undefined || line < 1) return {};
  const start = { startLine: line, startColumn: Math.max(1, column ?? 1) };
  if (endLine === undefined || endColumn === undefined) return { region: start };
  return { region: { ...start, endLine, endColumn } };
};

/**
 * A formatter of ESLint that writes SARIF 2.1.0, which GitHub's code scanning reads: the reports of all rules that ran. Reports that a
 * comment switches off are not among them.
 */
const sarif: ESLint.FormatterFunction = (results, { cwd, rulesMeta }) => {
  const messages = results.flatMap(({ filePath, messages: own }) => own.map((message) => ({ filePath, ...message })));
  // A file that cannot be parsed has no rule to blame: it is the run that failed there.
  const broken = messages.filter(({ fatal }) => fatal === true);
  const reports = messages.filter(({ fatal }) => fatal !== true);
  const ids = [...new Set(reports.map(({ ruleId }) => ruleId).filter((id) => id !== null))].sort();
  const locationOf = (message: (typeof messages)[number]): object => ({
    physicalLocation: { artifactLocation: uriOf(message.filePath, cwd), ...regionOf(message) },
  });
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            ...{ name: 'ESLint', informationUri: 'https://eslint.org' },
            rules: ids.map((id) => {
              const { description, url } = rulesMeta[id]?.docs ?? {};
              return {
                id,
                ...(description === undefined ? {} : { shortDescription: { text: description } }),
                // Readers take an address of the web only; the pages of this plugin lie on the disk.
                ...(url?.startsWith('https://') === true ? { helpUri: url } : {}),
              };
            }),
          },
          extensions: [{ name, version }],
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: broken.length === 0,
            toolExecutionNotifications: broken.map((message) => ({
              ...{ level: 'error', message: { text: message.message }, locations: [locationOf(message)] },
            })),
          },
        ],
        results: reports.map((message) => ({
          ...(message.ruleId === null ? {} : { ruleId: message.ruleId, ruleIndex: ids.indexOf(message.ruleId) }),
          level: levels[message.severity],
          message: { text: message.message },
          locations: [locationOf(message)],
        })),
      },
    ],
  };
  return JSON.stringify(log, undefined, 2);
};

export default sarif;
