import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { Components } from '../../../lib/openapi/components.ts';
import { queryInteger, readOnly, strictObject } from '../../../shared/wire/schema.ts';
import type { Json } from './walk.ts';

/** The components that result from these bodies and answers. */
function schemasOf({ input = {}, output = {} }: Record<string, Record<string, z.ZodType>>): Json {
  const components = new Components();
  const refs = [
    ...Object.entries(input).map(([name, schema]) => components.schema(schema, 'input', name)),
    ...Object.entries(output).map(([name, schema]) => components.schema(schema, 'output', name)),
  ];
  const { components: resolved, refs: named } = components.resolve({ refs }) as Json;
  return { ...resolved.schemas, refs: named.map(({ $ref }: Json) => $ref) };
}

const property = (schema: z.ZodType) =>
  schemasOf({ input: { Body: z.object({ field: schema }) } }).Body.properties.field;

describe('names', () => {
  const Point = z.object({ x: z.number() }).meta({ id: 'Point' });

  test('a schema with an id is one component, however often it is used', () => {
    const { refs, ...schemas } = schemasOf({ input: { A: Point }, output: { B: z.object({ at: Point, or: Point }) } });
    expect(Object.keys(schemas)).toEqual(['B', 'Point']);
    expect(refs).toEqual(['#/components/schemas/Point', '#/components/schemas/B']);
  });

  test('where request and answer differ, the request is called …Input, and so is what holds it', () => {
    const Noise = z.object({ level: z.int().default(1) }).meta({ id: 'Noise' });
    const Fence = z.object({ noise: Noise }).meta({ id: 'Fence' });
    const schemas = schemasOf({ input: { A: Fence }, output: { B: Fence } });
    expect(Object.keys(schemas)).toEqual(['Fence', 'FenceInput', 'Noise', 'NoiseInput', 'refs']);
    expect(schemas.FenceInput.properties.noise).toEqual({ $ref: '#/components/schemas/NoiseInput' });
    expect(schemas.Noise.required).toEqual(['level']);
    expect(schemas.NoiseInput.required).toBeUndefined();
  });

  test('two schemas of one name are refused', () => {
    const other = z.object({ y: z.number() }).meta({ id: 'Place' });
    const place = z.object({ x: z.number() }).meta({ id: 'Place' });
    expect(() => schemasOf({ output: { A: z.object({ place }), B: z.object({ other }) } })).toThrow('"Place"');
  });

  test('a reference names a component that something else declares', () => {
    const draft = z.object({ at: z.unknown().meta({ reference: 'Point' }) });
    const schemas = schemasOf({ input: { Draft: draft }, output: { B: Point } });
    expect(schemas.Draft.properties.at).toEqual({ $ref: '#/components/schemas/Point' });
    expect(() => schemasOf({ input: { Draft: draft } })).toThrow('No schema is called "Point"');
  });
});

describe('values', () => {
  test('numbers are wide enough for coordinates and milliseconds', () => {
    expect(property(z.number())).toEqual({ type: 'number', format: 'double' });
    expect(property(z.int().max(2 ** 40))).toMatchObject({ type: 'integer', format: 'int64', maximum: 2 ** 40 });
    expect(property(z.int().min(1).max(20))).toEqual({ type: 'integer', minimum: 1, maximum: 20 });
  });

  test('whole numbers of requests say where those of a double end', () => {
    const count = z.int().min(1);
    expect(property(count)).toEqual({ type: 'integer', format: 'int64', minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
    const { Answer } = schemasOf({ output: { Answer: z.object({ count }) } });
    expect(Answer.properties.count).toEqual({ type: 'integer', format: 'int64', minimum: 1 });
  });

  test('an enum that may be null lists it', () => {
    expect(property(z.enum(['a']).nullable())).toEqual({ type: 'string', nullable: true, enum: ['a', null] });
  });

  test('a reference that may be null is the only member of allOf, beside its type', () => {
    const schemas = schemasOf({ output: { A: z.object({ p: z.object({}).meta({ id: 'Part' }).nullable() }) } });
    expect(schemas.A.properties.p).toEqual({
      type: 'object',
      nullable: true,
      allOf: [{ $ref: '#/components/schemas/Part' }],
    });
  });

  test('patterns that other languages cannot read are described instead', () => {
    expect(property(z.string().regex(/^\p{L}+$/u))).toEqual({ type: 'string', description: 'Matches `^\\p{L}+$`.' });
    expect(property(z.string().regex(/^[a-z]+$/))).toEqual({ type: 'string', pattern: '^[a-z]+$' });
    expect(property(z.uuid())).toEqual({ type: 'string', format: 'uuid' });
  });

  test("a query's number is documented as what it means, with its default", () => {
    const documented = { type: 'integer', minimum: 1, maximum: 200 };
    expect(property(queryInteger({ min: 1, max: 200 }).default(50))).toEqual({ ...documented, default: 50 });
    expect(property(queryInteger({ min: 1, max: 200 }).optional())).toEqual(documented);
  });

  test('read-only fields are marked, requests are closed and answers may grow', () => {
    const shape = { id: readOnly(), name: z.string() };
    const schemas = schemasOf({ input: { A: strictObject(shape) }, output: { B: z.object({ name: z.string() }) } });
    expect(schemas.A.properties.id.readOnly).toBe(true);
    expect(schemas.A.additionalProperties).toBe(false);
    expect(schemas.B.additionalProperties).toBeUndefined();
  });
});

test('a union whose members have titles gets components and a discriminator', () => {
  const member = (type: string) => z.object({ type: z.literal(type), size: z.number() }).meta({ title: type });
  const schemas = schemasOf({ output: { Shape: z.union([member('Disc'), member('Box')]) } });
  const [disc, box] = ['#/components/schemas/Disc', '#/components/schemas/Box'];
  expect(schemas.Shape).toEqual({
    oneOf: [{ $ref: disc }, { $ref: box }],
    discriminator: { propertyName: 'type', mapping: { Disc: disc, Box: box } },
  });
});
