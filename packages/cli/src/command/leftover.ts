/** What no option took, in words. A word after an unknown option is most likely its value. */
export const unknownArguments = (leftover: readonly string[]): string[] => {
  const options = leftover.filter((word) => isOption(word));
  if (options.length > 0) return options.map((word) => `unknown option ${word.split('=')[0] ?? word}`);
  return leftover.map((word) => `unexpected argument ${word}`);
};

const isOption = (word: string): boolean => word.startsWith('-') && word !== '-';
