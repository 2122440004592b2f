import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSchema } from '../../../shared/forms/read-schema.ts';
import { validate } from '../../../shared/forms/validate.ts';
import { isThorough, runs } from '../../support/thorough.ts';
import { dataFor, schemas } from './forms.ts';
import { naiveValidation } from './naive.ts';

const printed = (failures: readonly { type: string; loc: readonly unknown[]; msg: string }[]) =>
  failures.map(({ type, loc, msg }) => `${type} ${JSON.stringify(loc)} ${msg === 'So not.' ? msg : ''}`).sort();

test('random data of random forms gives the failures and the stored data that the rules give when read by hand', () => {
  const seen: Record<string, number> = {};
  let sound = 0;
  const cases = schemas.chain(({ schema, isSound }) =>
    dataFor(schema.fields).map((data) => ({ schema, isSound, data })),
  );
  fc.assert(
    fc.property(cases, ({ schema, isSound, data }) => {
      const read = readSchema(schema);
      if (isSound) expect(read.failures).toBeUndefined();
      if (read.failures) return;
      sound += 1;
      const expected = naiveValidation(schema, data, '2026-03-17');
      const result = validate(read.schema, data, ['body', 'data'], '2026-03-17');
      expect(printed(result.failures.all)).toEqual(expected.failures.sort());
      if (expected.failures.length === 0) expect(result.data).toEqual(expected.data);
      for (const { type } of result.failures.all) seen[type] = (seen[type] ?? 0) + 1;
      if (expected.failures.length === 0) seen.none = (seen.none ?? 0) + 1;
    }),
    { numRuns: runs(20_000) },
  );
  if (!isThorough()) return;
  expect(sound).toBeGreaterThan(5000);
  const kinds =
    'missing type_error format option unknown_field too_small too_large too_short too_long pattern accuracy none';
  for (const kind of kinds.split(' ')) expect(seen[kind], kind).toBeGreaterThan(50);
});
