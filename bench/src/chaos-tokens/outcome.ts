import type { Stage } from './stage.js';

/** What one part of the run comes to. */
export interface Outcome {
  readonly name: string;
  readonly figures: Readonly<Record<string, number>>;
  /** Bars that were missed, in words. */
  readonly missed: readonly string[];
}

export const bar = (met: boolean, words: string): readonly string[] => (met ? [] : [words]);

/** What every part must keep, whatever else it shows. */
export const commonBars = async (stage: Stage): Promise<Pick<Outcome, 'figures' | 'missed'>> => {
  const { total, tooClose, closest } = await stage.spacing();
  const { tokenIssues } = await stage.summary();
  return {
    figures: {
      tokenRequests: total,
      tooClose,
      ...(closest === Infinity ? {} : { closestMinutes: Math.round(closest * 1_000) / 1_000 }),
      refused: tokenIssues.refused,
      looks: stage.records.looks(),
    },
    missed: [
      ...bar(tooClose === 0, `${String(tooClose)} token requests within the minute of another one`),
      ...bar(tokenIssues.refused === 0, 'no token request refused'),
      ...bar(stage.records.looks() > 0, 'records were looked at'),
      ...stage.records.reversals,
    ],
  };
};
