import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Field } from '../../../shared/entity/fields.ts';
import type { Kind } from '../../../shared/entity/kind.ts';
import { hasParents } from '../../../shared/entity/references.ts';
import { casesOf, type Reference, type ReferenceTo } from '../../../shared/entity/target.ts';
import { unlinkings } from '../../../shared/unlinking/register.ts';
import { root, sources } from '../../walls/sources.ts';
import { kinds as ofTests } from './kinds.ts';

/** Every kind is declared in such a way that the store can keep its promises. */

const isKind = (value: unknown): value is Kind =>
  typeof value === 'object' && value !== null && 'letters' in value && 'fields' in value;

const declaring = sources().filter(
  ({ path, lines }) => path.startsWith('shared/') && lines.some((line) => /= defineKind\(/.test(line)),
);
const modules = await Promise.all(declaring.map(({ path }) => import(join(root, path)) as Promise<object>));
const product = modules.flatMap((module) => Object.values(module).filter(isKind));
const all = [...product, ...(Object.values(ofTests) as Kind[])].map((kind) => ({ name: kind.name, kind }));

const references = ({ references = {} }: Kind): [string, Reference][] => Object.entries(references);
const fieldOf = ({ fields }: Kind, path: string): Field | undefined => fields[path.split('.')[0]!];

type Schema = z.core.JSONSchema.BaseSchema;

/** A part of a JSON Schema, and how many values of it a body may have. */
interface Found {
  readonly schema: Schema;
  readonly most: number;
}

/** The JSON Schema at a path of a body; undefined if there is nothing. */
function schemaAt(kind: Kind, path: string): Found | undefined {
  const [name, ...steps] = path.split('.');
  const field = kind.fields[name!];
  if (!field) return undefined;
  // An empty registry of names, so that no schema is a reference.
  const options = { io: 'input', unrepresentable: 'any', metadata: z.registry<{ id?: string }>() } as const;
  return schemaIn(z.toJSONSchema(field.given, options) as Schema, steps);
}

function schemaIn(schema: Schema, steps: readonly string[], most = 1): Found | undefined {
  const cases = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (cases) {
    const found = cases.filter(({ type }) => type !== 'null').map((one) => schemaIn(one, steps, most));
    return found.filter((one) => one !== undefined).toSorted((one, other) => other.most - one.most)[0];
  }
  if (schema.type === 'array') {
    return schemaIn(schema.items as Schema, steps, most * (schema.maxItems ?? Number.POSITIVE_INFINITY));
  }
  const [step, ...rest] = steps;
  // A field whose schema is checked elsewhere may hold anything here.
  const isOpen = Object.keys(schema).every((keyword) => keyword.startsWith('$'));
  if (step === undefined || isOpen) return { schema, most };
  const next = schema.properties?.[step] as Schema | undefined;
  return next && schemaIn(next, rest, most);
}

test('each has a unique name', () => {
  expect(product.length).toBeGreaterThan(1);
  const names = product.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

/** Whether its target may be deleted together with an owner, although the reference refuses the deletion. */
const isOwned = ({ to }: ReferenceTo): boolean => to.plain !== undefined && hasParents(to.plain);

test('each whose references become null or cascade is in the register of the worker', () => {
  const needed = product.filter((kind) =>
    references(kind).some(([, one]) =>
      casesOf(one).some(
        (way) => way.onDelete === 'null' || way.onDelete === 'cascade' || (way.onDelete === 'restrict' && isOwned(way)),
      ),
    ),
  );
  const [registered, names] = [unlinkings.map(({ kind }) => kind), needed.map(({ name }) => name)];
  const register = 'shared/unlinking/register.ts';
  expect([
    ...names.filter((name) => !registered.includes(name)).map((name) => `Add the kind ${name} to ${register}`),
    ...registered.filter((name) => !names.includes(name)).map((name) => `Remove the kind ${name} from ${register}`),
  ]).toEqual([]);
});

describe.each(all)('$name', ({ kind }) => {
  test('has a name that is allowed in keys', () => {
    expect(kind.name).toMatch(/^[a-z]+(_[a-z]+)*$/);
    for (const [path] of references(kind)) expect(path).toMatch(/^[A-Za-z_]+(\.[A-Za-z_]+)*$/);
  });

  test('has fields in its letters, none of which the server sets for every kind', () => {
    const wrong = kind.letters === 'camelCase' ? /_/ : /[A-Z]/;
    expect(Object.keys(kind.fields).filter((name) => wrong.test(name))).toEqual([]);
    const own = [
      'id',
      'tenantId',
      'createdAt',
      'created_at',
      ...(kind.immutable ? [] : ['version', 'updatedAt', 'updated_at']),
    ];
    expect(own.filter((name) => name in kind.fields)).toEqual([]);
  });

  test('names fields that exist', () => {
    const unique = Object.entries(kind.unique ?? {}).flatMap(([name, { within = [] } = {}]) => [name, ...within]);
    const { quota } = kind;
    const counted = quota && 'most' in quota && quota.within ? [quota.within] : [];
    const tellers = references(kind).flatMap(([, one]) => ('by' in one ? [one.by] : []));
    const paths = [...references(kind).map(([path]) => path), ...Object.values(kind.filters).map(({ path }) => path)];
    for (const path of [...unique, ...counted, ...tellers, ...paths]) expect(schemaAt(kind, path), path).toBeDefined();
  });

  test('counts and cascades by fields that never change', () => {
    const { quota } = kind;
    const within = quota && 'most' in quota && quota.within ? [quota.within] : [];
    const cascades = references(kind).filter(([, one]) => casesOf(one).some(({ onDelete }) => onDelete === 'cascade'));
    const paths = cascades.flatMap(([path, one]) => ('by' in one ? [path, one.by] : [path]));
    // Fields that a kind settles from fixed fields are set only on create; so are those of webhooks of forms.
    const setBy = kind.settles || kind.name === 'webhook' ? ['once', 'server'] : ['once'];
    for (const path of [...within, ...paths])
      expect(kind.immutable || setBy.includes(fieldOf(kind, path)!.setBy), path).toBe(true);
  });

  test('has no required reference that becomes null', () => {
    for (const [path, one] of references(kind)) {
      if (!casesOf(one).some(({ onDelete }) => onDelete === 'null')) continue;
      const isList = schemaAt(kind, path)!.most > 1;
      expect(isList || fieldOf(kind, path)?.presence === 'optional' || path.includes('.'), path).toBe(true);
      expect(kind.immutable, path).not.toBe(true);
    }
  });

  test('is referenced only by kinds that can reference it', () => {
    for (const [, one] of references(kind)) {
      for (const { to, onDelete } of casesOf(one)) if (onDelete === 'restrict') expect(to.held).toBe(true);
    }
  });

  test('fits into one transaction, however much it names', () => {
    const links = references(kind).map(([path, one]) => {
      const ways = casesOf(one).map(({ onDelete, to }) => {
        if (onDelete === 'keep') return 0;
        // One deleted row, one new row, a check of the named entity, and its count; the same for each parent.
        const depth = onDelete === 'restrict' && to.plain ? 3 : 1;
        return depth * (onDelete === 'restrict' ? 4 : 3);
      });
      const { most } = schemaAt(kind, path)!;
      expect(most, `each list of ${path} needs a .max()`).toBeLessThan(Number.POSITIVE_INFINITY);
      return most * Math.max(0, ...ways);
    });
    const rest = 8 + 2 * Object.keys(kind.unique ?? {}).length;
    expect(links.reduce((sum, one) => sum + one, rest)).toBeLessThanOrEqual(100);
  });

  test('stores empty values as a body would give them', () => {
    for (const [name, { presence, empty, given }] of Object.entries(kind.fields)) {
      if (presence === 'defaulted') expect(given.safeParse(empty).success, name).toBe(true);
      else expect(empty).toBe(presence === 'optional' ? null : undefined);
    }
  });
});
