import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

// Every name, value or type, that a package offers at each of its entry points. A change of exports.json is a change of
// the public interface: accept it with `npx vitest run --project unit test/unit/exports.test.ts --update`.

const packages = join(import.meta.dirname, '..', '..', 'packages');

interface Manifest {
  name: string;
  exports: Record<string, string | null | { types: string }>;
}

it('offers the names in exports.json, and no others', async () => {
  const offered: Record<string, string[]> = {};
  for (const folder of readdirSync(packages).sort()) {
    const manifest = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8')) as Manifest;
    for (const [subpath, target] of Object.entries(manifest.exports)) {
      if (target === null || typeof target === 'string') continue; // ./package.json, ./internal/*
      offered[manifest.name + subpath.slice(1)] = exportedNames(join(packages, folder, target.types)).sort();
    }
  }
  await expect(`${JSON.stringify(offered, null, 2)}\n`).toMatchFileSnapshot('exports.json');
});

const exportedNames = (declarationFile: string): string[] => {
  const text = readFileSync(declarationFile, 'utf8');
  const source = ts.createSourceFile(declarationFile, text, ts.ScriptTarget.ES2023);
  return source.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const clause = statement.exportClause;
      if (clause === undefined) throw new Error(`${declarationFile}: export * hides what is offered; list the names`);
      return ts.isNamespaceExport(clause) ? [clause.name.text] : clause.elements.map((element) => element.name.text);
    }
    return isExported(statement) ? declaredNames(statement) : [];
  });
};

const isExported = (statement: ts.Statement): boolean =>
  ts.canHaveModifiers(statement) &&
  (ts.getModifiers(statement) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);

const declaredNames = (statement: ts.Statement): string[] => {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => (ts.isIdentifier(name) ? name.text : ''));
  }
  const { name } = statement as ts.DeclarationStatement;
  return name === undefined ? [] : [name.text];
};
