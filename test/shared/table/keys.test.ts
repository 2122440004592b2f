import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Key } from '../../../shared/table/key.ts';
import { apiKeyKeys } from '../../../shared/table/keys/api-keys.ts';
import { entityKeys } from '../../../shared/table/keys/entities.ts';
import { cellKeys, geofenceKeys } from '../../../shared/table/keys/geofences.ts';
import { idempotencyKeys } from '../../../shared/table/keys/idempotency.ts';
import { outboxKeys, outboxSuffix } from '../../../shared/table/keys/outbox.ts';
import { workspaceKeys } from '../../../shared/table/keys/workspaces.ts';
import { platformReference, type TenantReference } from '../../../shared/tenancy/tenant.ts';

/** A row's key, a partition, or the partition of a secondary index. */
type Built = Key | string | { readonly value: string };
type Builder = (tenant: TenantReference, ...parts: string[]) => Built;

const folder = fileURLToPath(new URL('../../../shared/table/keys', import.meta.url));

/** The table of each family that is not in Main. */
const elsewhere: Readonly<Record<string, 'access' | 'cells' | 'telemetry'>> = {
  cellKeys: 'cells',
  apiKeyKeys: 'access',
  geocodeKeys: 'access',
  idempotencyKeys: 'access',
  knownNetworkKeys: 'access',
  limitKeys: 'access',
  locationKeys: 'telemetry',
  quarantineKeys: 'telemetry',
  readingKeys: 'telemetry',
  seriesKeys: 'telemetry',
  oneTimeTokenKeys: 'access',
  quotaKeys: 'access',
  sessionKeys: 'access',
  signInKeys: 'access',
  usageKeys: 'access',
  userKeys: 'access',
};

const files = readdirSync(folder);
const modules = (await Promise.all(files.map((file) => import(`${folder}/${file}`)))) as Record<string, unknown>[];

/** Every export of the folder that ends in `Keys`, so a new family is tested automatically. */
const families = modules.flatMap((module) =>
  Object.entries(module)
    .filter(([name]) => name.endsWith('Keys'))
    .map(([family, all]) => ({ table: elsewhere[family] ?? 'main', family, all: all as Record<string, Builder> })),
);
const builders = families.flatMap(({ table, family, all }) =>
  Object.entries(all).map(([name, build]) => ({ table, name: `${family}.${name}`, build })),
);
const isRow = (built: Built): built is Key => typeof built === 'object' && 'pk' in built;

const reference = fc.stringMatching(/^[0-9A-Za-z]{8}$/).map((text) => text as TenantReference);
/** Ids as an attacker would write them: with the separators and names that keys consist of. */
const id = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc
    .array(fc.constantFrom('#', 'geofence', '-external', 'outbox', 'workspace', 'key', 'once', 'body', 'slug', 'x'), {
      minLength: 1,
      maxLength: 5,
    })
    .map((parts) => parts.join('')),
);
/** A cell's name. Names of one resolution have the same length, so none is the beginning of another. */
const cell = fc.stringMatching(/^[0-9A-Za-z]{2,9}$/);
/** The name of a kind or the path of a field: it comes from our code, never from a caller. */
const word = fc.constantFrom('site', 'geofence', 'device_group', 'body', 'holds', 'scope.sensorId');
const number = fc.nat(999_999).map(String);
/** An instant in milliseconds since 1970. Builders take it as a number. */
const instant = fc.nat(4_000_000_000_000) as unknown as fc.Arbitrary<string>;
/** Hours since 1970. */
const hour = fc.nat(999_999_999) as unknown as fc.Arbitrary<string>;
const month = fc.constantFrom('2026-03', '2026-12');
/** Builders that take any number of parts. */
const ofManyParts = ['idempotencyKeys.record', 'geocodeKeys.geocode', 'entityKeys.unique'];
/** Builders whose parts are not all ids of callers. */
const partsOf: Readonly<Record<string, fc.Arbitrary<string[]>>> = {
  'cellKeys.posting': fc.tuple(cell, id),
  'entityKeys.unique': fc.tuple(word, word, fc.array(id)).map(([kind, field, ids]) => [kind, field, ...ids]),
  'outboxKeys.event': fc.tuple(fc.nat(31).map(String), id),
  'outboxKeys.events': fc.tuple(fc.nat(31).map(String)),
  'runKeys.addresses': fc.tuple(id, number),
  'runKeys.geocodes': fc.tuple(id, number),
  'batchKeys.items': fc.tuple(id, number),
  'batchKeys.outcome': fc.tuple(id, number),
  'batchKeys.decisions': fc.tuple(id, id, number),
  'certificateKeys.expiry': fc.tuple(fc.constantFrom('2027-01-15T10:31:00.000Z', '2028-01-15T10:31:00.123Z'), id),
  'annotationKeys.timed': fc.tuple(word, id, instant, id),
  'locationKeys.point': fc.tuple(id, instant),
  'locationKeys.points': fc.tuple(id, month),
  'locationKeys.event': fc.tuple(id, instant, id),
  'locationKeys.geofenceEvent': fc.tuple(id, fc.nat(9).map(String), instant, id),
  'locationKeys.geofenceEvents': fc.tuple(id, fc.nat(9).map(String)),
  'locationKeys.fired': fc.tuple(id, id, instant),
  'quarantineKeys.items': fc.tuple(number),
  'quarantineKeys.groups': fc.tuple(id, number),
  'readingKeys.chunk': fc.tuple(id, instant, fc.stringMatching(/^\d{15}#\d{3}#[\w-]{8}$/)),
  'readingKeys.chunks': fc.tuple(id, number),
  'readingKeys.minutes': fc.tuple(id, hour, number),
  'readingKeys.hours': fc.tuple(id, hour),
  'readingKeys.mark': fc.tuple(id, hour),
  'formKeys.text': fc.tuple(id, id, number),
  'submissionKeys.part': fc.tuple(id, number),
  'submissionKeys.all': fc.tuple(fc.nat(31).map(String), id),
  'submissionKeys.allOf': fc.tuple(fc.nat(31).map(String)),
  'submissionKeys.ofForm': fc.tuple(id, fc.nat(31).map(String), id),
  'submissionKeys.allOfForm': fc.tuple(id, fc.nat(31).map(String)),
  'webhookKeys.body': fc.tuple(id, id, number),
  'webhookKeys.attempt': fc.tuple(id, id, number),
  'outboxKeys.published': fc.tuple(fc.nat(31).map(String), id),
  'usageKeys.allEvents': fc.tuple(month),
  'usageKeys.events': fc.tuple(month, id),
  'syncPlanKeys.outcome': fc.tuple(id, number),
  'syncPlanKeys.changes': fc.tuple(id, id, number),
};
const argumentsOf = ({ name, build }: { name: string; build: Builder }): fc.Arbitrary<string[]> => {
  if (partsOf[name]) return partsOf[name];
  if (ofManyParts.includes(name)) return fc.array(id);
  const ids = (many: number) => Array.from({ length: many }, () => id);
  if (name.startsWith('entityKeys.')) return fc.tuple(word, ...ids(build.length - 2));
  return fc.tuple(...ids(build.length - 1));
};

const rowBuilders = builders.filter(({ name, build }) => {
  const [parts = []] = fc.sample(argumentsOf({ name, build }), 1);
  return isRow(build(platformReference, ...parts));
});

describe('a key', () => {
  test('is made by a family of its file', () => {
    const without = files.filter((_, i) => !Object.keys(modules[i]!).some((name) => name.endsWith('Keys')));
    expect(without).toEqual([]);
    const names = families.map(({ family }) => family);
    expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(elsewhere).filter((name) => !names.includes(name))).toEqual([]);
  });

  test.each(builders)('of $table $name begins with the tenant', ({ name, build }) => {
    fc.assert(
      fc.property(reference, argumentsOf({ name, build }), (tenant, parts) => {
        const built = build(tenant, ...parts);
        const partition = typeof built === 'string' ? built : isRow(built) ? built.pk : built.value;
        expect(partition).toMatch(new RegExp(`^${tenant}`));
      }),
    );
  });

  test('is unique, whatever ids contain', () => {
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
        expect(geofenceKeys.thin(tenant, x).pk).toBe(geofenceKeys.thins(tenant));
        expect(workspaceKeys.slug(tenant, x).pk).toBe(workspaceKeys.slugs(tenant));
        expect(entityKeys.thin(tenant, 'site', x).pk).toBe(entityKeys.thins(tenant, 'site'));
        expect(entityKeys.reference(tenant, 'site', x, 'y').pk).toBe(entityKeys.references(tenant, 'site', x));
        expect(apiKeyKeys.apiKey(tenant, x).pk).toBe(apiKeyKeys.apiKeys(tenant));
        expect(cellKeys.posting(tenant, 'ab', x).pk).toBe(cellKeys.cell(tenant, 'ab' as never));
        fc.pre(tenant !== other);
        expect(geofenceKeys.thins(tenant)).not.toBe(geofenceKeys.thins(other));
      }),
    );
  });

  test('of the outbox is the only written one that ends as the stream filters', () => {
    // Ids in keys of written rows are UUIDs; slugs and external ids are in the sort key.
    const written = [
      workspaceKeys.workspace(platformReference),
      workspaceKeys.slug(platformReference, outboxSuffix),
      geofenceKeys.thin(platformReference, outboxSuffix),
      geofenceKeys.body(platformReference, '550e8400-e29b-41d4-a716-446655440000'),
      geofenceKeys.externalId(platformReference, outboxSuffix),
      entityKeys.thin(platformReference, 'site', outboxSuffix),
      entityKeys.unique(platformReference, 'site', 'name', outboxSuffix),
      entityKeys.reference(platformReference, 'site', '550e8400-e29b-41d4-a716-446655440000', outboxSuffix),
    ];
    expect(written.filter(({ pk }) => pk.endsWith(outboxSuffix))).toEqual([]);
    for (const shard of [0, 1, 31]) {
      const { pk } = outboxKeys.event(platformReference, shard, 'x');
      expect(pk.endsWith(outboxSuffix)).toBe(true);
      expect(pk).toBe(outboxKeys.events(platformReference, shard));
    }
  });

  test('of an idempotency record differs if its parts are joined differently', () => {
    const t = platformReference;
    expect(idempotencyKeys.record(t, 'a', 'b').sk).not.toBe(idempotencyKeys.record(t, 'ab', '').sk);
    expect(idempotencyKeys.record(t, 'a","b').sk).not.toBe(idempotencyKeys.record(t, 'a', 'b').sk);
    expect(idempotencyKeys.record(t, 'x'.repeat(5000)).sk.length).toBeLessThan(64);
  });

  test('of the platform equals no key of a workspace', () => {
    expect(platformReference).not.toMatch(/^[0-9A-Za-z]{8}$/);
    expect(platformReference).toHaveLength(8);
  });
});
