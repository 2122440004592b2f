const plain = (text: string) => text.toLowerCase().replaceAll('_', '');

/** Longer names are unlikely to be typing errors. */
const longest = 64;
const mostEdits = 2;

/**
 * The known name that a misspelt one probably means: one that is equal except for case and `_`, otherwise the nearest
 * within two edits.
 */
export function closest(name: string, known: readonly string[]): string | undefined {
  if (name.length > longest) return undefined;
  const same = known.find((candidate) => plain(candidate) === plain(name));
  if (same) return same;
  const ranked = known
    .filter((candidate) => Math.abs(candidate.length - name.length) <= mostEdits)
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0] && ranked[0].distance <= mostEdits ? ranked[0].candidate : undefined;
}

/** The end of a sentence that refuses a name; it suggests the closest known name. */
export function didYouMean(name: string, known: readonly string[]): string {
  const meant = closest(name, known);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
