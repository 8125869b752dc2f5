/** A text as SQL writes it, for statements that take no parameters. */
export const textLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;
