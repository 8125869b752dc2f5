import type { Draw } from '../harness/drawing.js';
import type { Stage } from './stage.js';

/** What a scenario measures besides breaches, and what it is measured by. */
export interface Finding {
  readonly figures: Readonly<Record<string, number>>;
  /** Bars that were missed, in words. */
  readonly missed: readonly string[];
}

export interface Scenario {
  readonly name: string;
  /** Also in the short run. */
  readonly quick: boolean;
  readonly play: (stage: Stage, draw: Draw) => Promise<Finding>;
}

export const bar = (met: boolean, words: string): readonly string[] => (met ? [] : [words]);

export const round = (value: number): number => Math.round(value * 100) / 100;
