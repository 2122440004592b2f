import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const geo = join(import.meta.dirname, '../../../shared/geo');

/** Everything that a module imports, packages by name; type-only imports are erased and not counted. */
function pulledIn(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const source = readFileSync(file, 'utf8').replaceAll(/^(import|export) type .*?;$/gms, '');
  for (const [, target] of source.matchAll(/^(?:import|export) .*? from '([^']+)';$/gms)) {
    if (target!.startsWith('.')) pulledIn(join(dirname(file), target!), seen);
    else seen.add(target!);
  }
  return seen;
}

describe('endpoints that only read geometry or postings, or look up the cells of a point', () => {
  it.each(['measure', 'normalize', 'contains', 'posting', 'pack', 'sphere', 'ladder'])('get no H3 from %s', (name) => {
    const pulled = pulledIn(join(geo, `${name}.ts`));
    expect([...pulled].filter((target) => !target.startsWith('/') && target !== 'robust-predicates')).toEqual([]);
  });

  it('would be noticed', () => {
    expect(pulledIn(join(geo, 'cell-outline.ts'))).toContain('h3-js');
  });
});
