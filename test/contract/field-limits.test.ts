import { expect, test } from 'vitest';
import { renderDocument } from '../../lib/openapi/document.ts';
import { casesOf, type Json, resolvedIn } from '../lib/openapi/walk.ts';
import { addressed } from '../support/endpoints.ts';
import { type FieldLimits, fieldLimits } from './field-limits.ts';
import { contractRows } from './rows.ts';
import { unbuilt } from './unbuilt.ts';

/** The schemas of the document, which requests are checked against, have the limits of the contract. */

const routes = addressed.map(({ route }) => route);
const document: Json = renderDocument(routes, '1.0.0');

/** A schema without references, and all of its cases. */
function* variantsOf(given: Json): Generator<Json> {
  const schema = resolvedIn(document, given);
  yield schema;
  for (const one of casesOf(schema)) yield* variantsOf(one);
}

const variants = (schemas: readonly Json[]): Json[] => schemas.flatMap((schema) => [...variantsOf(schema)]);

/** The schemas of a field, or of the items of a list (`[]`). */
function partsOf(schemas: readonly Json[], step: string): Json[] {
  const parts = variants(schemas).map((schema) => (step === '[]' ? schema.items : schema.properties?.[step]));
  return parts.filter((part) => part !== undefined);
}

/** The schemas of a field that a line names. */
function schemasOf({ parameters = [], requestBody }: Json, field: string): Json[] {
  if (field.startsWith('?')) {
    const all: Json[] = variants(parameters);
    return all.filter(({ name }) => name === field.slice(1)).map(({ schema }) => schema);
  }
  const bodies = Object.values<Json>(requestBody?.content ?? {}).map(({ schema }) => schema);
  const steps = field.split(/\.|(?=\[)/).filter((step) => step !== '');
  return variants(steps.reduce<Json[]>(partsOf, bodies));
}

const valuesOf = (schemas: readonly Json[], keywords: readonly string[]): unknown[] =>
  schemas.flatMap((schema) => keywords.map((keyword) => schema[keyword])).filter((value) => value !== undefined);

const least = ['minLength', 'minItems', 'minProperties', 'minimum'];
const most = ['maxLength', 'maxItems', 'maxProperties', 'maximum'];

/** What is wrong with the schemas of a field. */
function faultsOf(operation: Json, limits: FieldLimits): string[] {
  const schemas = schemasOf(operation, limits.field);
  if (schemas.length === 0) return [`${limits.field} has no schema`];
  const lacks = (what: string, keywords: readonly string[], wanted: unknown) => {
    const has = valuesOf(schemas, keywords);
    return wanted === undefined || has.includes(wanted)
      ? []
      : [`${limits.field}: the ${what} is ${wanted} in the contract, ${has.join(', ') || 'nothing'} in the schema`];
  };
  return [
    ...lacks('least', least, limits.least),
    ...lacks('most', most, limits.most),
    ...lacks('form', ['pattern'], limits.form),
  ];
}

const built = [...fieldLimits].filter(([endpoint]) => !unbuilt.includes(endpoint));

test.each(built)('%s has the limits of the contract', (endpoint, limits) => {
  const [method = '', path = ''] = endpoint.split(' ');
  const operation = document.paths[path]?.[method.toLowerCase()];
  expect(limits.flatMap((one) => faultsOf(operation, one))).toEqual([]);
});

test('every line is of a row of the contract', () => {
  const rows = contractRows.map(({ method, path }) => `${method} ${path}`);
  expect([...fieldLimits.keys()].filter((endpoint) => !rows.includes(endpoint))).toEqual([]);
});
