import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { convert } from '../../../lib/openapi/json-schema.ts';
import { checked } from '../../../shared/http/failures.ts';
import { whenChanged, whenMade } from '../../../shared/wire/null.ts';
import { strictObject } from '../../../shared/wire/schema.ts';

const outcomeOf = (schema: z.ZodType, value: unknown) => {
  const result = checked(schema, 'body', value);
  return 'failures' in result ? result.failures.map(({ type, loc }) => `${loc[1]} ${type}`) : result.value;
};

const fields = {
  name: z.string(),
  size: z.int().default(5),
  group: z.string().optional(),
  list: z.array(z.int()).optional(),
};

describe('null in a create', () => {
  const body = strictObject(whenMade(fields));

  test('is the same as absent', () => {
    expect(outcomeOf(body, { name: 'A', size: null, group: null, list: null })).toEqual(outcomeOf(body, { name: 'A' }));
    expect(outcomeOf(body, { name: null })).toEqual(['name missing']);
    expect(outcomeOf(body, {})).toEqual(['name missing']);
  });

  test('is in the document wherever it is taken, beside a default too', () => {
    const { properties } = convert(body, 'input').schema as { properties: Record<string, { nullable?: boolean }> };
    const nullable = Object.entries(properties).flatMap(([name, schema]) => (schema.nullable ? [name] : []));
    expect(nullable).toEqual(['size', 'group', 'list']);
  });

  test('is not within a list, and no other value is absent', () => {
    expect(outcomeOf(body, { name: 'A', list: [null] })).toEqual(['list type_error']);
    expect(outcomeOf(body, { name: '', size: 0, group: '' })).toEqual({ name: '', size: 0, group: '' });
    expect(outcomeOf(body, { name: 1, other: null })).toEqual(['name type_error', 'other unknown_field']);
  });
});

describe('null where something is changed', () => {
  const { name, group } = { name: z.string(), group: z.string() };
  const body = strictObject(whenChanged({ name, size: z.int(), group }, { size: 5, group: null }));

  test('returns a field to its default, and clears one whose default is empty', () => {
    expect(outcomeOf(body, { size: null, group: null })).toEqual({ size: 5, group: null });
    expect(outcomeOf(body, {})).toEqual({});
    expect(outcomeOf(body, { size: 0, group: '' })).toEqual({ size: 0, group: '' });
  });

  test('is refused where the field cannot be empty', () => {
    expect(outcomeOf(body, { name: null })).toEqual(['name type_error']);
  });
});
