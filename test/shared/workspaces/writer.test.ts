import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../../shared/auth/caller.ts';
import type { Role } from '../../../shared/auth/scopes.ts';
import { readIfMatch } from '../../../shared/http/conditional.ts';
import { workspaceKeys } from '../../../shared/table/keys/workspaces.ts';
import { platformReference } from '../../../shared/tenancy/tenant.ts';
import { tenantOf, type WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { showWorkspace, type WorkspaceFields } from '../../../shared/workspaces/wire.ts';
import { writeWorkspace } from '../../../shared/workspaces/writer.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { person } from '../support/people.ts';
import { workspaceWith } from '../support/platform.ts';

let database: DynamoDbFake;
let workspace: WorkspaceRow;

beforeEach(async () => {
  database = new DynamoDbFake();
  workspace = await workspaceWith({ plan: 'pro' });
  database.calls.length = 0;
});
afterEach(() => database.restore());

const as = (role: Role, of = workspace): Caller => ({ ...person(role, tenantOf(of)), workspace: of });
/** With the workspace as a request would read it, unless the test passes another. */
const update = (given: WorkspaceFields, { role = 'admin', of = stored(), ifMatch }: Partial<Options> = {}) =>
  writeWorkspace.open().update(as(role, of), given, readIfMatch(ifMatch));
interface Options {
  readonly role: Role;
  readonly of: WorkspaceRow;
  readonly ifMatch: string;
}

const stored = (of = workspace) => {
  const { pk, sk } = workspaceKeys.workspace(of.reference);
  return database.row('main', pk, sk) as unknown as WorkspaceRow;
};
const holderOf = (slug: string) => {
  const { pk, sk } = workspaceKeys.slug(platformReference, slug);
  return database.row('main', pk, sk)?.reference;
};
const slugs = () => database.rows('main').filter(({ pk }) => pk === `${platformReference}#slug`);
const events = () =>
  database.rows('main').filter(({ pk, action }) => String(pk).endsWith('#outbox') && action === 'workspace.update');
const writes = () => database.calls.filter(({ operation }) => operation !== 'GetCommand');

describe('a change of a workspace', () => {
  test('is written once, with its version, its instant and its audit entry in the words of the wire', async () => {
    const before = showWorkspace(workspace);
    const given = { name: 'Acme', access_token_ttl_seconds: 900, billing_email: 'money@example.com' };
    const shown = await update(given);
    expect(shown).toEqual({ ...before, ...given, version: 2, updated_at: shown.updated_at });
    expect(Date.parse(shown.updated_at)).toBeGreaterThanOrEqual(Date.parse(before.created_at));
    expect(showWorkspace(stored())).toEqual(shown);
    expect(writes()).toHaveLength(1);
    expect(events()).toMatchObject([
      { resourceType: 'workspace', resourceId: workspace.id, actor: as('admin').principal },
    ]);
    expect(JSON.parse(String(events()[0]?.changes))).toEqual({
      name: ['Test', 'Acme'],
      billing_email: [null, 'money@example.com'],
      access_token_ttl_seconds: [86_400, 900],
    });
  });

  test('asks the database nothing but the write: the workspace came with the credential', async () => {
    await update({ name: 'Acme' });
    expect(database.calls.map(({ operation }) => operation)).toEqual(['TransactWriteCommand']);
  });

  test('that changes nothing writes nothing and keeps the version', async () => {
    const { id: _, plan, environment, features, created_at, updated_at, version, ...fields } = showWorkspace(workspace);
    expect(await update(fields)).toEqual(showWorkspace(workspace));
    expect(await update({ logo_url: null, location_retention_days: 90, name: undefined })).toMatchObject({
      version: 1,
    });
    expect(writes()).toEqual([]);
  });

  test('that clears a field is read back empty', async () => {
    await update({ logo_url: 'https://example.com/a.png', key_max_lifetime_days: 30, description: 'text' });
    const cleared = { logo_url: null, key_max_lifetime_days: null, description: '' };
    expect(await update(cleared)).toMatchObject({ ...cleared, version: 3 });
  });

  test('with null returns the retention to what the plan has, whichever plan that is', async () => {
    await update({ location_retention_days: 60, timezone: 'Europe/Madrid' });
    const returned = await update({ location_retention_days: null, timezone: 'UTC' });
    expect(returned).toMatchObject({ location_retention_days: 90, timezone: 'UTC', version: 3 });
    expect(JSON.parse(String(events()[1]?.changes))).toMatchObject({ location_retention_days: [60, 90] });
    const row = database.rows('main').find(({ pk }) => pk === `${workspace.reference}#workspace`);
    expect(row).not.toHaveProperty('locationRetentionDays');
    expect(await update({ location_retention_days: null })).toMatchObject({ version: 3 });
  });

  test('of how addresses are understood replaces all of it, once', async () => {
    const defaults = showWorkspace(workspace).geocoding;
    const bias = { latitude: 37.7749, longitude: -122.4194 };
    const geocoding = { ...defaults, bias, countries: ['USA'], min_confidence: 0.9 };
    expect(await update({ geocoding })).toMatchObject({ geocoding, version: 2 });
    expect(JSON.parse(String(events()[0]?.changes))).toEqual({ geocoding: [defaults, geocoding] });
    const { min_confidence, ...others } = geocoding;
    expect(await update({ geocoding: { min_confidence, ...others } })).toMatchObject({ version: 2 });
    expect(await update({ geocoding: defaults })).toMatchObject({ geocoding: defaults, version: 3 });
  });

  test('meets the version in If-Match, or is refused and writes nothing', async () => {
    expect(await update({ name: 'A' }, { ifMatch: '"v1"' })).toMatchObject({ version: 2 });
    for (const given of [{ name: 'B' }, { name: 'A' }]) {
      const refused = { code: 'PRECONDITION_FAILED', details: { current_version: 2 } };
      await expect(update(given, { ifMatch: '"v1"' })).rejects.toMatchObject(refused);
    }
    expect(stored().name).toBe('A');
  });

  test('that lost a race is applied to what the winner wrote', async () => {
    const [a, b] = await Promise.all([update({ name: 'A' }), update({ description: 'B' })]);
    expect([a.version, b.version].sort()).toEqual([2, 3]);
    expect(stored()).toMatchObject({ name: 'A', description: 'B', version: 3 });
    const outcomes = await Promise.allSettled(['x', 'y', 'z'].map((name) => update({ name }, { ifMatch: '"v3"' })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('is not made if the database fails', async () => {
    database.before = ({ operation }) => {
      if (operation === 'TransactWriteCommand') throw fault('ThrottlingException');
    };
    await expect(update({ name: 'A' })).rejects.toThrow('ThrottlingException');
    expect(stored().name).toBe('Test');
  });
});

describe('what only owners set', () => {
  test('is refused to an admin, and sent back unchanged is no change', async () => {
    await expect(update({ bulk_create_max_batch_size: 400 })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await update({ bulk_create_max_batch_size: 500, name: 'A' })).toMatchObject({ name: 'A' });
    expect(await update({ bulk_create_max_batch_size: 1000 }, { role: 'owner' })).toMatchObject({ version: 3 });
  });

  test('has a limit of 1000, which the operator may exceed', async () => {
    const tooLarge = {
      code: 'VALIDATION_ERROR',
      fields: [{ type: 'too_large', loc: ['body', 'bulk_create_max_batch_size'] }],
    };
    await expect(update({ bulk_create_max_batch_size: 1001 }, { role: 'owner' })).rejects.toMatchObject(tooLarge);
    await expect(update({ bulk_create_max_batch_size: 1001 })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const raised = { ...stored(), bulkCreateMaxBatchSize: 5000 };
    database.set('main', { ...raised });
    const of = raised;
    expect(await update({ bulk_create_max_batch_size: 5000, name: 'A' }, { of })).toMatchObject({ name: 'A' });
    await expect(update({ bulk_create_max_batch_size: 4999 }, { of, role: 'owner' })).rejects.toMatchObject(tooLarge);
  });
});

describe('the retention of locations', () => {
  test('is the plan’s until it is set, and never longer', async () => {
    expect(showWorkspace(workspace).location_retention_days).toBe(90);
    const tooLarge = {
      fields: [{ type: 'too_large', loc: ['body', 'location_retention_days'], msg: 'Should be at most 90' }],
    };
    await expect(update({ location_retention_days: 91 })).rejects.toMatchObject(tooLarge);
    expect(await update({ location_retention_days: 30 })).toMatchObject({ location_retention_days: 30 });
    expect(showWorkspace({ ...stored(), plan: 'business' }).location_retention_days).toBe(30);
    expect(await update({ location_retention_days: null })).toMatchObject({ location_retention_days: 90 });
    expect(showWorkspace({ ...stored(), plan: 'business' }).location_retention_days).toBe(365);
    await update({ location_retention_days: 30 });
    expect(showWorkspace({ ...workspace, plan: 'business' }).location_retention_days).toBe(365);
    expect(showWorkspace({ ...workspace, locationRetentionDays: 90, plan: 'free' }).location_retention_days).toBe(30);
  });

  test('is compared with the present plan, not with that of the credential', async () => {
    database.set('main', { ...stored(), plan: 'free', version: 2 });
    await expect(update({ location_retention_days: 60 })).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
  });
});

describe('a slug', () => {
  test('changes completely: the old one is free at once', async () => {
    const { slug } = workspace;
    expect(await update({ slug: 'acme' })).toMatchObject({ slug: 'acme', version: 2 });
    expect([holderOf('acme'), holderOf(slug)]).toEqual([workspace.reference, undefined]);
    const other = await workspaceWith({ slug });
    expect(holderOf(slug)).toBe(other.reference);
  });

  test('of another workspace is a conflict, and nothing of the body is applied', async () => {
    await workspaceWith({ slug: 'taken' });
    const conflict = { code: 'CONFLICT', details: { field: 'slug' } };
    await expect(update({ slug: 'taken', name: 'A' })).rejects.toMatchObject(conflict);
    expect(stored()).toMatchObject({ name: 'Test', version: 1, slug: workspace.slug });
  });

  test('has one holder, and each workspace has one slug, even in races', async () => {
    const move = fc.record({ who: fc.nat(2), slug: fc.constantFrom('alpha', 'beta', 'gamma', 'delta') });
    const plan = fc.array(fc.array(move, { minLength: 1, maxLength: 5 }), { maxLength: 6 });
    const pauses = fc.infiniteStream(fc.nat(4));
    await fc.assert(
      fc.asyncProperty(plan, pauses, async (rounds, turns) => {
        database.restore();
        database = new DynamoDbFake();
        const mine = [await workspaceWith(), await workspaceWith(), await workspaceWith()];
        const wait = async () => {
          for (let i = turns.next().value ?? 0; i > 0; i--) await null;
        };
        database.before = wait;
        database.between = wait;
        for (const round of rounds) {
          const before = mine.map((of) => stored(of));
          const outcomes = await Promise.allSettled(
            round.map(({ who, slug }) => update({ slug }, { of: before[who]! })),
          );
          const after = mine.map((of) => stored(of));
          expect(
            slugs()
              .map(({ sk, reference }) => [sk, reference])
              .sort(),
          ).toEqual(after.map(({ slug, reference }) => [slug, reference]).sort());
          for (const [i, outcome] of outcomes.entries()) {
            const { who, slug } = round[i]!;
            if (outcome.status === 'fulfilled') {
              expect(outcome.value.slug).toBe(slug);
              continue;
            }
            expect(outcome.reason).toMatchObject({ code: 'CONFLICT', details: { field: 'slug' } });
            // Refused only if another workspace had it before, or took it in this round.
            const others = round.filter((other) => other.who !== who && other.slug === slug);
            expect(others.length > 0 || before.some((row, j) => j !== who && row.slug === slug)).toBe(true);
          }
          after.forEach((row, i) => {
            const asked = round.filter(({ who }) => who === i).map(({ slug }) => slug);
            expect([before[i]!.slug, ...asked]).toContain(row.slug);
            const changes = events().filter(({ resourceId }) => resourceId === row.id);
            expect(changes).toHaveLength(row.version - 1);
          });
        }
      }),
      { numRuns: 40 },
    );
  }, 30_000);
});
