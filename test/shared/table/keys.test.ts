import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { certificateKeys, commandKeys, deviceKeys } from '../../../shared/table/device-keys.ts';
import {
  accessKeys,
  batchKeys,
  cellKeys,
  entityKeys,
  type Key,
  mainKeys,
  outboxSuffix,
  runKeys,
} from '../../../shared/table/keys.ts';
import { platformReference, type TenantReference } from '../../../shared/tenancy/tenant.ts';

/** A row's key, a partition, or the partition of a secondary index. */
type Built = Key | string | { readonly value: string };
type Builder = (tenant: TenantReference, ...parts: string[]) => Built;

/** With the number as text, as all parts are here. */
const expiry = (tenant: TenantReference, at: string, id: string) =>
  certificateKeys.expiry(tenant, Number(at) || 0, id);

/** Every builder, by the table it builds for. */
const tables: Record<string, Record<string, Builder>> = {
  main: { ...mainKeys, ...runKeys, ...batchKeys, ...entityKeys, ...deviceKeys, ...certificateKeys, ...commandKeys, expiry } as unknown as Record<string, Builder>,
  cells: cellKeys as unknown as Record<string, Builder>,
  access: accessKeys as unknown as Record<string, Builder>,
};
const builders = Object.entries(tables).flatMap(([table, all]) =>
  Object.entries(all).map(([name, build]) => ({ table, name, build })),
);
const isRow = (built: Built): built is Key => typeof built === 'object' && 'pk' in built;
const rowBuilders = builders.filter(({ build }) => isRow(build(platformReference, 'x', 'y')));

const reference = fc.stringMatching(/^[0-9A-Za-z]{8}$/).map((text) => text as TenantReference);
/** Ids as an attacker would write them: with the separators and names that keys are made of. */
const id = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc
    .array(fc.constantFrom('#', 'geofence', '-external', 'outbox', 'workspace', 'key', 'once', 'body', 'slug', 'x'), {
      minLength: 1,
      maxLength: 5,
    })
    .map((parts) => parts.join('')),
);
/** A cell's name: one length for each resolution, so that none is the beginning of another in the same place. */
const cell = fc.stringMatching(/^[0-9A-Za-z]{2,9}$/);
/** Builders that take any number of parts. */
const ofManyParts = ['idempotency', 'geocode', 'unique'];
/** The name of a kind or the path of a field: written in our code, never by a caller. */
const word = fc.constantFrom('site', 'geofence', 'device_group', 'body', 'holds', 'scope.sensorId');
const argumentsOf = ({ name, build }: { name: string; build: Builder }) => {
  if (name === 'posting') return fc.tuple(cell, id);
  if (name === 'expiry') return fc.tuple(fc.nat(2_000_000_000).map(String), id);
  if (name === 'unique') return fc.tuple(word, word, fc.array(id)).map(([kind, field, ids]) => [kind, field, ...ids]);
  if (ofManyParts.includes(name)) return fc.array(id);
  if (Object.hasOwn(entityKeys, name)) return fc.tuple(word, ...Array.from({ length: build.length - 2 }, () => id));
  const number = fc.nat(999_999).map(String);
  if (['addresses', 'geocodes', 'items', 'outcome'].includes(name)) return fc.tuple(id, number);
  if (name === 'decisions') return fc.tuple(id, id, number);
  return fc.tuple(...Array.from({ length: build.length - 1 }, () => id));
};

describe('a key', () => {
  test.each(builders)('of $table $name begins with the tenant', ({ name, build }) => {
    fc.assert(
      fc.property(reference, argumentsOf({ name, build }), (tenant, parts) => {
        const built = build(tenant, ...parts);
        const partition = typeof built === 'string' ? built : isRow(built) ? built.pk : built.value;
        expect(partition).toMatch(new RegExp(`^${tenant}`));
      }),
    );
  });

  test('of one row is the key of no other, whatever ids hold', () => {
    const row = fc.nat(rowBuilders.length - 1).chain((i) => {
      const { table, name, build } = rowBuilders[i]!;
      return fc.record({
        table: fc.constant(table),
        name: fc.constant(name),
        build: fc.constant(build),
        tenant: reference,
        parts: argumentsOf({ name, build }),
      });
    });
    const identity = (of: { name: string; tenant: string; parts: readonly string[] }, arity: number) =>
      JSON.stringify([
        of.name,
        of.tenant,
        ...(ofManyParts.includes(of.name) ? of.parts : of.parts.slice(0, arity - 1)),
      ]);
    fc.assert(
      fc.property(row, row, fc.boolean(), (a, b, sameTenant) => {
        const tenant = sameTenant ? a.tenant : b.tenant;
        const [one, other] = [a.build(a.tenant, ...a.parts) as Key, b.build(tenant, ...b.parts) as Key];
        fc.pre(a.table === b.table);
        const differ = identity(a, a.build.length) !== identity({ ...b, tenant }, b.build.length);
        expect(one.pk === other.pk && one.sk === other.sk).toBe(!differ);
      }),
      { numRuns: 5000 },
    );
  });

  test('lies in the partition that lists its kind, and in no other of another tenant', () => {
    fc.assert(
      fc.property(reference, reference, id, (tenant, other, x) => {
        expect(mainKeys.geofence(tenant, x).pk).toBe(mainKeys.geofences(tenant));
        expect(mainKeys.slug(tenant, x).pk).toBe(mainKeys.slugs(tenant));
        expect(entityKeys.thin(tenant, 'site', x).pk).toBe(entityKeys.thins(tenant, 'site'));
        expect(entityKeys.reference(tenant, 'site', x, 'y').pk).toBe(entityKeys.references(tenant, 'site', x));
        expect(accessKeys.apiKey(tenant, x).pk).toBe(accessKeys.apiKeys(tenant));
        expect(cellKeys.posting(tenant, 'ab', x).pk).toBe(cellKeys.cell(tenant, 'ab' as never));
        fc.pre(tenant !== other);
        expect(mainKeys.geofences(tenant)).not.toBe(mainKeys.geofences(other));
      }),
    );
  });

  test('of the outbox is the only written one that ends as the stream filters', () => {
    // Ids in keys of written rows are UUIDs; slugs and external ids stand in the sort key.
    const written = [
      mainKeys.workspace(platformReference),
      mainKeys.slug(platformReference, outboxSuffix),
      mainKeys.geofence(platformReference, outboxSuffix),
      mainKeys.geofenceBody(platformReference, '550e8400-e29b-41d4-a716-446655440000'),
      mainKeys.geofenceExternalId(platformReference, outboxSuffix),
      entityKeys.thin(platformReference, 'site', outboxSuffix),
      entityKeys.unique(platformReference, 'site', 'name', outboxSuffix),
      entityKeys.reference(platformReference, 'site', '550e8400-e29b-41d4-a716-446655440000', outboxSuffix),
    ];
    expect(written.filter(({ pk }) => pk.endsWith(outboxSuffix))).toEqual([]);
    expect(mainKeys.outbox(platformReference, 'x').pk.endsWith(outboxSuffix)).toBe(true);
  });

  test('of an idempotency record keeps apart what is joined otherwise', () => {
    const t = platformReference;
    expect(accessKeys.idempotency(t, 'a', 'b').sk).not.toBe(accessKeys.idempotency(t, 'ab', '').sk);
    expect(accessKeys.idempotency(t, 'a","b').sk).not.toBe(accessKeys.idempotency(t, 'a', 'b').sk);
    expect(accessKeys.idempotency(t, 'x'.repeat(5000)).sk.length).toBeLessThan(64);
  });

  test('of the platform is that of no workspace', () => {
    expect(platformReference).not.toMatch(/^[0-9A-Za-z]{8}$/);
    expect(platformReference).toHaveLength(8);
  });
});
