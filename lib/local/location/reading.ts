import { type Key, whereabouts } from './gazetteer.ts';
import type { Hit, Query, Span } from './query.ts';
import { isFiller } from './words.ts';

export interface Claim extends Span {
  /** By how much the match is less certain than one of the whole name without misspellings. */
  readonly cost: number;
}

/** The interpretation of a query for one place: each of its words has at most one meaning. */
export interface Reading {
  /** Claims the words of this name, if they occur and are still free. */
  claim(keys: readonly Key[]): Claim | undefined;
  /** Claims the words of this name if they match exactly. */
  claimExactly(keys: readonly Key[]): Claim | undefined;
  /** Claims the word before or behind a name, ignoring fillers, if it is free and may be a house number. */
  claimNumber(name: Span, side: 'before' | 'behind'): string | undefined;
  /**
   * By how much the remaining words reduce the certainty, from 0 to 1. Words behind the name describe the area and
   * count more.
   */
  unexplained(name: Span): number;
  /** Whether the remaining words behind the name name a different area. */
  isElsewhere(name: Span): boolean;
}

const costOfEdit = 0.06;

export function readAs(query: Query): Reading {
  const claimed = query.words.map(() => false);
  const isFree = ({ start, end }: Span) => !claimed.slice(start, end).includes(true);
  const take = (keys: readonly Key[], suits: (hit: Hit) => boolean) => {
    const claims = keys.flatMap(({ key, loss }) => {
      const hit = query.find(key).find((one) => suits(one) && isFree(one));
      return hit ? [{ ...hit, cost: loss + costOfEdit * hit.edits }] : [];
    });
    const best = claims.toSorted((a, b) => a.cost - b.cost)[0];
    if (best) claimed.fill(true, best.start, best.end);
    return best;
  };
  const countFree = (start: number, end: number) =>
    query.words.slice(start, end).filter((word, i) => !claimed[start + i] && !isFiller(word)).length;
  return {
    claim: (keys) => take(keys, () => true),
    claimExactly: (keys) => take(keys, ({ edits }) => edits === 0),
    claimNumber: ({ start, end }, side) => {
      const isWord = (word: string) => !isFiller(word);
      const index =
        side === 'before'
          ? query.words.slice(0, start).findLastIndex(isWord)
          : end + query.words.slice(end).findIndex(isWord);
      const word = query.words[index];
      if (!word || claimed[index] || !/^\d{1,5}[a-z]?$/.test(word)) return undefined;
      claimed[index] = true;
      return word.toUpperCase();
    },
    unexplained: ({ start, end }) => {
      const left = 0.5 * countFree(0, start) + 1.4 * countFree(end, query.words.length);
      return Math.min(1, left / query.words.length);
    },
    isElsewhere: ({ end }) =>
      query.spans.some((span) => {
        const isName = whereabouts.has(span.key) && !isFiller(span.key);
        return isName && span.start >= end && isFree(span);
      }),
  };
}
