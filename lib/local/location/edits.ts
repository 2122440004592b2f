/**
 * The number of letters to insert, delete, replace or swap with their neighbour to turn one word into the other.
 * Infinity above the limit, and when the digits differ: 5th Ave is not a misspelling of 6th Ave.
 */
export function editsBetween(a: string, b: string, limit: number): number {
  if (a === b) return 0;
  if (limit === 0 || Math.abs(a.length - b.length) > limit || digits(a) !== digits(b)) return Infinity;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? beforeLast[j - 2]! + 1 : Infinity;
      row.push(Math.min(replaced, row[j - 1]! + 1, last[j]! + 1, swapped));
    }
    beforeLast = last;
    last = row;
  }
  const edits = last[b.length]!;
  return edits <= limit ? edits : Infinity;
}

/** The number of edits that are tolerated in a name of this length. */
export function tolerance(name: string): number {
  if (name.length < 5) return 0;
  return name.length < 9 ? 1 : 2;
}

function digits(text: string): string {
  return text.replace(/\D/g, '');
}
