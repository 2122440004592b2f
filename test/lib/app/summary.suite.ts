import { describe, expect, test } from 'vitest';
import { fakeCatalogue, stages, synthesise } from '../fixture.ts';

/** Counts by type for the fixed catalogue: if a construct gains or loses a resource, this test shows it. */
function summary(stage: string) {
  const { resources, stacks, outputs } = synthesise(fakeCatalogue, { stage });
  const counts: Record<string, number> = {};
  for (const { Type } of resources) counts[Type] = (counts[Type] ?? 0) + 1;
  const named = Object.keys(outputs).filter((name) => !name.startsWith('ExportsOutput'));
  return { stacks, counts, outputs: named.sort() };
}

describe.each(stages)('the fixed catalogue at stage %s', (stage) => {
  test('holds what it held', () => {
    expect(summary(stage)).toMatchSnapshot();
  });
});
