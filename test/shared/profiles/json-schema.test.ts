import { expect, test } from 'vitest';
import { jsonSchemaFailures } from '../../../shared/profiles/json-schema.ts';

/** The sentences about keywords with wrong values. */

const sentences = (schema: object) => jsonSchemaFailures(schema as never).map(({ msg }) => msg);

test.each([
  [{ required: 'a' }, 'Is no "required" of JSON Schema 2020-12: it should be a list'],
  [{ maxLength: -1 }, 'Is no "maxLength" of JSON Schema 2020-12: it should be at least 0'],
  [{ maximum: Number.POSITIVE_INFINITY }, 'Is no "maximum" of JSON Schema 2020-12: it should be a number'],
  [
    { type: 'text' },
    'Is no "type" of JSON Schema 2020-12: it should be one of array, boolean, integer, null, number, object, string, or a list of different ones',
  ],
])('%j', (schema, message) => {
  expect(sentences(schema)).toEqual([message]);
});
