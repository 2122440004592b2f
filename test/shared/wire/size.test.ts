import { describe, expect, test } from 'vitest';
import { ClassFields } from '../../../shared/analytics/class-fields.ts';
import { EventFilter } from '../../../shared/webhooks/rules.ts';

/** Each part is within its own limit, and the whole would not fit into a row. */

const typesOf = ({ error }: ReturnType<typeof ClassFields.safeParse> | ReturnType<typeof EventFilter.safeParse>) =>
  error?.issues.map((issue) => [issue.path.join('.'), issue.code === 'custom' && issue.params?.type]);

const options = (many: number) => Array.from({ length: many }, (_, i) => `${i}`.padEnd(255, 'é'));
const enums = (fields: number, many: number) =>
  Array.from({ length: fields }, (_, i) => ({ key: `f${i}`, type: 'enum' as const, options: options(many) }));

describe('the fields of an annotation class', () => {
  test('are refused above 64 KB', () =>
    expect(typesOf(ClassFields.safeParse(enums(50, 100)))).toEqual([['', 'too_long']]));
  test('are accepted up to 64 KB', () => expect(ClassFields.safeParse(enums(1, 100)).success).toBe(true));
});

describe('the filter of a webhook', () => {
  const words = (text: string) => Array.from({ length: 100 }, () => text);
  test('is refused above 64 KB', () => {
    const filter = { geofence_tags: words('\u0001'.repeat(255)), group_names: words('n') };
    expect(typesOf(EventFilter.safeParse(filter))).toEqual([['', 'too_long']]);
  });
  test('is accepted up to 64 KB', () => {
    expect(EventFilter.safeParse({ geofence_tags: words('n'.repeat(255)) }).success).toBe(true);
  });
});
