const plain = (text: string) => text.toLowerCase().replaceAll('_', '');

/** Longer names are unlikely to be typing errors. */
const longest = 64;
const mostEdits = 2;
/** One edit is allowed for each of this many characters. */
const charactersOfEdit = 3;

/**
 * The known name that a misspelt one probably means: one that is equal except for case and `_`, otherwise the nearest
 * within two edits, and within one where the name is short.
 */
export function closest(name: string, known: readonly string[]): string | undefined {
  if (name.length > longest) return undefined;
  const same = known.find((candidate) => plain(candidate) === plain(name));
  if (same) return same;
  const ranked = known
    .filter((candidate) => Math.abs(candidate.length - name.length) <= mostEdits)
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .filter(({ candidate, distance }) => distance <= mostBetween(name, candidate))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

const mostBetween = (a: string, b: string): number =>
  Math.min(mostEdits, Math.floor(Math.max(a.length, b.length) / charactersOfEdit));

/** The end of a sentence that refuses a name; it suggests the closest known name. */
export function didYouMean(name: string, known: readonly string[]): string {
  const meant = closest(name, known);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}

/** Levenshtein distance, in which two neighbours that have changed places are one edit. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  let before = row;
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped && i > 1 && j > 1 ? before[j - 2]! + 1 : substitution;
      next.push(Math.min(substitution, swap, row[j]! + 1, next[j - 1]! + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
