import type {
  RuleContext,
  RuleListener,
  RuleMetaData,
  RuleMetaDataDocs,
  RuleModule,
} from '@typescript-eslint/utils/ts-eslint';

export interface RuleDocs {
  readonly recommended: boolean;
}

type Meta<Options extends readonly unknown[], MessageIds extends string> = RuleMetaData<
  MessageIds,
  RuleDocs,
  Options
> & {
  readonly docs: RuleDocs & RuleMetaDataDocs;
};

interface NamedRule<Options extends readonly unknown[], MessageIds extends string> {
  readonly name: string;
  readonly meta: Meta<Options, MessageIds>;
  readonly create: (context: Readonly<RuleContext<MessageIds, Options>>) => RuleListener;
}

/**
 * Every rule has a page, packed with the plugin: the link leads to that of the installed version, on this machine.
 * Not the RuleCreator of typescript-eslint: loading it costs every process 0.2 s of CPU (docs/decisions/0020).
 */
export const createRule = <Options extends readonly unknown[], MessageIds extends string>({
  name,
  meta,
  create,
}: NamedRule<Options, MessageIds>): RuleModule<MessageIds, Options, RuleDocs> => {
  const { href } = new URL(`../docs/rules/${name}.md`, import.meta.url);
  return { name, meta: { ...meta, docs: { ...meta.docs, url: href } }, create };
};
