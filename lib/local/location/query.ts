import { editsBetween, tolerance } from './edits.ts';
import { isFiller, joined, longestName, wordsOf } from './words.ts';

/** Neighbouring words of a query, from `start` (included) to `end` (excluded). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface NamedSpan extends Span {
  readonly key: string;
}

/** A place in a query that matches a name, and the number of misspelt letters. */
export interface Hit extends Span {
  readonly edits: number;
}

export interface Query {
  readonly words: readonly string[];
  readonly spans: readonly NamedSpan[];
  /** Every place in the query that matches this name: the best first, then in the order of the text. */
  find(key: string): readonly Hit[];
}

/** Flats and offices are inside a building, and a ZIP+4 is inside a ZIP; so they are ignored. */
const insideBuilding = /\b(?:apt|apartment|suite|ste|unit|room)\b\.?\s*#?\s*(?:[a-z]?\d+[a-z]?|[a-z])\b|#\s*\w+/gi;
const zipExtension = /(?<=\b\d{5})-\d{4}\b/g;

export function readQuery(text: string): Query {
  const parts = text
    .replace(insideBuilding, ' ')
    .replace(zipExtension, '')
    .split(/[,;\n]/)
    .map(wordsOf);
  const words = parts.flat();
  const spans = spansOf(parts);
  // People rarely misspell the first letter, so only spans with the same first letter are compared.
  const byInitial = Map.groupBy(spans, ({ key }) => key[0]);
  const found = new Map<string, readonly Hit[]>();
  const find = (key: string) => {
    let hits = found.get(key);
    if (!hits) {
      hits = hitsOf(key, byInitial.get(key[0]) ?? []);
      found.set(key, hits);
    }
    return hits;
  };
  return { words, spans, find };
}

function hitsOf(key: string, spans: readonly NamedSpan[]): Hit[] {
  const limit = tolerance(key);
  const hits: Hit[] = [];
  for (const { start, end, key: said } of spans) {
    const edits = editsBetween(said, key, limit);
    if (edits < Infinity) hits.push({ start, end, edits });
  }
  return hits.length > 1 ? hits.sort((a, b) => a.edits - b.edits) : hits;
}

/** No name crosses a comma, and none begins or ends with a filler. */
function spansOf(parts: readonly (readonly string[])[]): NamedSpan[] {
  const spans: NamedSpan[] = [];
  let offset = 0;
  for (const part of parts) {
    for (let start = 0; start < part.length; start++) {
      for (let end = start + 1; end <= Math.min(part.length, start + longestName); end++) {
        const isWhole = end === start + 1 || !(isFiller(part[start]!) || isFiller(part[end - 1]!));
        if (isWhole) spans.push({ start: offset + start, end: offset + end, key: joined(part.slice(start, end)) });
      }
    }
    offset += part.length;
  }
  return spans;
}
