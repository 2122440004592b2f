import type * as z from 'zod';
import { bodyLimitOf } from '../../../../shared/http/body.ts';
import { definitionOf, mostItemsIn, unwrapped } from '../../../../shared/http/introspection.ts';
import type { Route } from '../../../../shared/http/route.ts';

/**
 * The most expensive bodies that a route's schema allows, as large as the route accepts: each place of the schema is
 * filled with the value that costs most to read there, and the rest is the example of the documentation.
 */

export interface Body {
  readonly name: string;
  /** The body with about this many bytes. */
  readonly text: (bytes: number) => string;
}

type Step = string;
const item = '[]';

interface Place {
  readonly at: readonly Step[];
  readonly schema: z.ZodType;
}

/** Every place of a schema: fields, fields of fields, items of lists. */
function* placesIn(schema: z.ZodType, at: readonly Step[] = []): Generator<Place> {
  const inner = unwrapped(schema);
  yield { at, schema };
  const { shape, element, type } = definitionOf(inner);
  if (type === 'object') {
    for (const [name, field] of Object.entries(shape ?? {})) yield* placesIn(field, [...at, name]);
  }
  if (element) yield* placesIn(element, [...at, item]);
}

/** Omits fields that are read like another field: ignored fields, and numbers, need no test of their own. */
function differentPlaces(schema: z.ZodType): Place[] {
  const seen = new Set<string>();
  return [...placesIn(schema)].filter(({ schema: place }) => {
    const { type } = definitionOf(unwrapped(place));
    const plain = ['number', 'boolean', 'literal'].includes(type) || place.meta()?.readOnly === true;
    const isNew = !plain || !seen.has(type);
    seen.add(type);
    return isNew;
  });
}

/** A document with a text at a place; the example surrounds it. */
function withText(example: unknown, [step, ...rest]: readonly Step[], text: string): string {
  if (step === undefined) return text;
  const known = (typeof example === 'object' && example !== null ? example : {}) as Record<string, unknown>;
  if (step === item) return `[${withText(Array.isArray(example) ? example[0] : undefined, rest, text)}]`;
  const others = Object.entries(known).filter(([name]) => name !== step);
  const members = [...others.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)];
  return `{${[...members, `${JSON.stringify(step)}:${withText(known[step], rest, text)}`].join(',')}}`;
}

type Fill = (bytes: number) => string;

/** As many parts as fit, up to a limit. */
const many =
  (part: (i: number) => string, [open, close] = ['[', ']'], most = Number.POSITIVE_INFINITY): Fill =>
  (bytes) => {
    const parts: string[] = [];
    for (let size = 2; parts.length < most; ) {
      const next = part(parts.length);
      size += next.length + 1;
      if (size > bytes) break;
      parts.push(next);
    }
    return open + parts.join(',') + close;
  };

const key = (i: number) => `"${i.toString(36)}":0`;
const keys = many((i) => key(i), ['{', '}']);
const string =
  (unit: string): Fill =>
  (bytes) =>
    `"${unit.repeat(Math.max(0, (bytes - 2) / unit.length))}"`;
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

const ofAnything: Readonly<Record<string, Fill>> = {
  'empty objects': many(() => '{}'),
  keys,
  'nested arrays': many(() => nested(90)),
  'numbers with digits': many(() => '1.0'),
};

const ofStrings: Readonly<Record<string, Fill>> = {
  'long string': string('x'),
  'escaped emoji': string(String.raw`\ud83d\ude00`),
  spaces: string(' '),
  dots: string('a.'),
  marks: string('\u0301'),
};

/** Positions on a circle: a valid ring. */
function ring(count: number, radius: number): string {
  const points = Array.from({ length: count - 1 }, (_, i) => {
    const angle = (2 * Math.PI * i) / (count - 1);
    return `[${(radius * Math.cos(angle)).toFixed(7)},${(radius * Math.sin(angle)).toFixed(7)}]`;
  });
  return `[${[...points, points[0]].join(',')}]`;
}

const geometry = (type: string, coordinates: string) => `{"type":"${type}","coordinates":${coordinates}}`;
const perPosition = 24;

const ofGeometries: Readonly<Record<string, Fill>> = {
  'a ring of the most positions': (bytes) =>
    geometry('Polygon', `[${ring(Math.min(10_000, bytes / perPosition), 10)}]`),
  'a ring of too many positions': (bytes) => geometry('Polygon', `[${ring(Math.floor(bytes / perPosition), 10)}]`),
  'a ring that crosses itself': (bytes) => {
    const count = Math.min(9_999, Math.floor(bytes / 10));
    const points = Array.from({ length: count }, (_, i) => `[${(i * 7919) % 83},${(i * 104_729) % 79}]`);
    return geometry('Polygon', `[[${[...points, points[0]].join(',')}]]`);
  },
  'many polygons': (bytes) =>
    geometry('MultiPolygon', many((i) => `[[[${i},0],[${i}.5,0],[${i},1],[${i},0]]]`, ['[', ']'])(bytes)),
  'many short positions': (bytes) => geometry('Polygon', `[${many(() => '[1,2]')(bytes)}]`),
  'many empty rings': (bytes) => geometry('Polygon', many(() => '[]')(bytes)),
};

/** Names that almost equal those of the schema. */
function misspelt(schema: z.ZodType, count: number): string {
  const names = Object.keys(definitionOf(unwrapped(schema)).shape ?? {});
  const near = names.flatMap((name) => [
    `${name}x`,
    `x${name}`,
    name.slice(1),
    `${name}zz`,
    name.replaceAll(/[aeiou]/g, ''),
  ]);
  return [...new Set(near)]
    .slice(0, count)
    .map((name) => `${JSON.stringify(name)}:0`)
    .join(',');
}

function fillsOfList(list: z.ZodType, element: z.ZodType, example: unknown): Readonly<Record<string, Fill>> {
  const most = mostItemsIn(list);
  const good = JSON.stringify(Array.isArray(example) ? example[0] : 'x');
  const several = (part: string): Fill => many(() => part, ['[', ']'], most);
  const typed = definitionOf(unwrapped(element)).type === 'object';
  return {
    'empty objects': many(() => '{}'),
    numbers: many(() => '0'),
    'empty strings': many(() => '""'),
    'the example': several(good),
    'empty objects, no more than allowed': several('{}'),
    ...(typed ? { 'misspelt fields': several(`{${misspelt(element, 60)}}`) } : {}),
  };
}

function exampleAt(example: unknown, at: readonly Step[]): unknown {
  return at.reduce(
    (value: unknown, step) => (value as Record<string, unknown> | undefined)?.[step === item ? '0' : step],
    example,
  );
}

/** Wrappers such as `optional` have no `meta` of what they wrap. */
const isGeometry = (schema: z.ZodType): boolean =>
  [schema, unwrapped(schema)].some((one) => one.meta()?.reference === 'Geometry');

function fillsOf(schema: z.ZodType, example: unknown): Readonly<Record<string, Fill>> {
  if (isGeometry(schema)) return { ...ofGeometries, ...ofAnything };
  const inner = unwrapped(schema);
  const { type, element } = definitionOf(inner);
  if (type === 'string' || type === 'enum') return ofStrings;
  if (type === 'array' && element) return fillsOfList(inner, element, example);
  if (type === 'object') return { keys, 'misspelt fields': () => `{${misspelt(inner, 10_000)}}` };
  if (type === 'number') return { digits: (bytes) => '9'.repeat(bytes) };
  return ofAnything;
}

/** One text, whatever the schema says. */
const whole: Readonly<Record<string, Fill>> = {
  ...ofAnything,
  ...ofStrings,
  'deep nesting': (bytes) => `{"a":${'['.repeat(bytes / 2)}"\\ud83d\\ude00"${']'.repeat(bytes / 2)}}`,
  'white space': (bytes) => `{${' '.repeat(bytes)}}`,
  digits: (bytes) => `{"a":${'9'.repeat(bytes)}}`,
  backslashes: string('\\\\'),
  'the same key': many(() => '"a":0', ['{', '}']),
  'no JSON': (bytes) => '{'.repeat(bytes),
};

/** What a geofence of a polygon has not. */
const ofCircles = ['latitude', 'longitude', 'radiusMeters'];

/** The example with as many items as each list may have, all at once; `polygons` replaces circles by large polygons. */
function full(schema: z.ZodType, example: unknown, bytes: number, polygons: boolean): string {
  if (isGeometry(schema)) return ofGeometries['a ring of the most positions']!(bytes);
  const inner = unwrapped(schema);
  const { shape, element } = definitionOf(inner);
  if (element && Array.isArray(example) && example.length > 0) {
    const smallest = Buffer.byteLength(JSON.stringify(example[0])) + 1;
    const count = Math.max(1, Math.min(mostItemsIn(inner), Math.floor(bytes / smallest)));
    return `[${Array(count)
      .fill(full(element, example[0], bytes / count, polygons))
      .join(',')}]`;
  }
  if (!shape || typeof example !== 'object' || example === null) return JSON.stringify(example) ?? 'null';
  const geometry = polygons ? Object.keys(shape).filter((name) => isGeometry(shape[name]!)) : [];
  const names = Object.keys(example).filter((name) => geometry.length === 0 || !ofCircles.includes(name));
  const all = [...new Set([...names, ...geometry])];
  const large = all.filter((name) => geometry.includes(name) || typeof exampleAt(example, [name]) === 'object');
  const members = all.map((name) => {
    const room = bytes / Math.max(1, large.length);
    return `${JSON.stringify(name)}:${full(shape[name]!, exampleAt(example, [name]), room, polygons)}`;
  });
  return `{${members.join(',')}}`;
}

export function worstBodies(route: Route & { readonly body: z.ZodType }): Body[] {
  const limit = bodyLimitOf(route);
  const example = route.body.meta()?.example;
  const fitted = (name: string, fill: Fill, around: (text: string) => string): Body => ({
    name,
    // Bytes are not characters, and the surrounding document needs some of them.
    text: (bytes) => {
      const room = Math.min(bytes, limit) - Buffer.byteLength(around(''));
      const text = around(fill(room));
      return Buffer.byteLength(text) <= limit ? text : around(fill(Math.floor(room / 3)));
    },
  });
  const filled =
    (polygons: boolean): Fill =>
    (bytes) =>
      full(route.body, example, bytes, polygons);
  return [
    fitted('the example, every list full', filled(false), (text) => text),
    fitted('the example, every list full, of polygons', filled(true), (text) => text),
    ...Object.entries(whole).map(([name, fill]) => fitted(name, fill, (text) => text)),
    ...differentPlaces(route.body).flatMap(({ at, schema }) =>
      Object.entries(fillsOf(schema, exampleAt(example, at))).map(([name, fill]) =>
        fitted(`${name} in ${at.join('.') || 'the body'}`, fill, (text) => withText(example, at, text)),
      ),
    ),
  ];
}
