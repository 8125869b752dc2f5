/** Both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The lines of a source. */
export interface Lines {
  lineAt(offset: number): Place;
  textOf(line: number): string;
}

export const linesOf = (source: string): Lines => {
  const starts = [0];
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return {
    lineAt: (offset) => {
      let [low, high] = [0, starts.length];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if ((starts[middle] ?? Infinity) <= offset) low = middle;
        else high = middle;
      }
      return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
    },
    textOf: (line) => source.slice(starts[line - 1] ?? 0, starts[line] ?? source.length).trim(),
  };
};
