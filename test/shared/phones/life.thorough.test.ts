import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Caller } from '../../../shared/auth/caller.ts';
import { readClaim } from '../../../shared/auth/claim.ts';
import { credentials } from '../../../shared/auth/credentials.ts';
import { scopesOf } from '../../../shared/auth/scopes.ts';
import type { UserRow } from '../../../shared/auth/user-record.ts';
import { devices } from '../../../shared/devices/devices.ts';
import { deletes } from '../../../shared/entity/delete.ts';
import { findEntity } from '../../../shared/entity/rows.ts';
import { pairPhones } from '../../../shared/phones/pair.ts';
import { createPairingTokens } from '../../../shared/phones/pairing-token.ts';
import { listPhones } from '../../../shared/phones/phones.ts';
import { revokeLostPhones, revokePhones } from '../../../shared/phones/revoke.ts';
import { userKeys } from '../../../shared/table/keys/users.ts';
import { Table } from '../../../shared/table/table.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { changeMembers } from '../../../shared/users/change-member.ts';
import { systemCaller } from '../../../shared/workspaces/workspaces.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { newPerson, type Person } from '../../support/persons.ts';
import { runs } from '../../support/thorough.ts';
import { newTokenKey, signInProcess, useTokenKeys } from '../../support/token-keys.ts';
import { injectFaults } from '../support/injected-faults.ts';
import { workspaceWith } from '../support/platform.ts';

/**
 * The life of phones, compared with a naive model: tokens that are used in any order, users who are disabled and enabled,
 * phones that are revoked or deleted, and a worker that runs at any time, crashes, and is redelivered.
 */

const key = newTokenKey('t1');
let database: DynamoDbFake;
beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
  useTokenKeys(key);
  signInProcess(key);
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

interface Minted {
  readonly token: string;
  readonly user: number;
  readonly expiresAt: number;
  /** How often its user had been disabled before the pairing. */
  readonly era: number;
  used: boolean;
}

interface Paired {
  readonly id: string;
  readonly token: string;
  readonly user: number;
  readonly era: number;
  good: boolean;
}

const pick = fc.nat(20);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant('mint' as const), of: pick }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('pair' as const), of: pick, dies: fc.option(fc.nat(10)) }) },
  fc.record({ does: fc.constantFrom('revoke' as const, 'delete' as const), of: pick }),
  { weight: 3, arbitrary: fc.record({ does: fc.constant('toggle' as const), of: pick }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('worker' as const), of: pick, dies: fc.option(fc.nat(10)) }) },
  fc.record({ does: fc.constant('wait' as const), of: fc.integer({ min: 1, max: 700 }) }),
);
type Step = { readonly does: string; readonly of: number; readonly dies?: number | null };

class World {
  readonly workspace: WorkspaceRow;
  readonly people: readonly Person[];
  readonly eras = [0, 0];
  readonly enabled = [true, true];
  readonly minted: Minted[] = [];
  readonly phones: Paired[] = [];
  #number = 0;

  private constructor(workspace: WorkspaceRow, people: readonly Person[]) {
    [this.workspace, this.people] = [workspace, people];
  }

  static async begin(): Promise<World> {
    const workspace = await workspaceWith({ plan: 'enterprise' });
    await newPerson(workspace, 'owner');
    return new World(workspace, [await newPerson(workspace, 'editor'), await newPerson(workspace, 'manager')]);
  }

  get system(): Caller {
    const scopes = new Set(scopesOf('owner'));
    return {
      ...systemCaller(this.workspace),
      scopes,
      user: { id: 'x', role: 'owner', sessionId: '', row: {} as UserRow },
    };
  }

  async act({ does, of, dies }: Step): Promise<void> {
    const at = <T>(all: readonly T[]): T | undefined => all[of % Math.max(1, all.length)];
    const user = of % 2;
    switch (does) {
      case 'wait':
        vi.setSystemTime(Date.now() + of * 1000);
        return;
      case 'mint':
        return await this.mint(user);
      case 'pair':
        return await this.pair(at(this.minted), dies ?? undefined);
      case 'toggle':
        return await this.become(user, !this.enabled[user]);
      case 'worker':
        return await this.work(user, dies ?? undefined);
      default:
        return await this.end(at(this.phones), does);
    }
  }

  async mint(user: number): Promise<void> {
    const { id, workspace } = this.people[user]!;
    const row = (await new Table('access').get<UserRow>(userKeys.user(workspace.reference, id)))!;
    const caller = { ...systemCaller(workspace), user: { id, role: row.role, sessionId: '', row } };
    const { token } = await createPairingTokens.open().create(caller);
    this.minted.push({ token, user, expiresAt: Date.now() + 600_000, era: this.eras[user]!, used: false });
  }

  async pair(minted: Minted | undefined, dies: number | undefined): Promise<void> {
    if (!minted) return;
    this.#number += 1;
    const label = `Phone ${this.#number}`;
    const visitor = { id: 'r', address: `198.18.${this.#number >> 8}.${this.#number % 256}` };
    const revive = injectFaults(database, dies === undefined ? [] : [{ in: dies, when: 'after' }]);
    const paired = await pairPhones
      .open()
      .pair({ token: minted.token, device_label: label }, visitor)
      .catch((error: { code?: string }) => error);
    revive();
    const { user, era, used, expiresAt } = minted;
    const isGood = !used && expiresAt > Date.now() && era === this.eras[user] && this.enabled[user];
    if ('device_token' in paired) {
      expect(isGood).toBe(true);
      minted.used = true;
      this.phones.push({ id: paired.device_id, token: paired.device_token, user, era, good: true });
    } else if (paired.code !== undefined) expect([isGood, paired.code]).toEqual([false, 'PAIRING_TOKEN_INVALID']);
    else minted.used ||= (await listPhones.open().list(this.system)).some((one) => one.device_label === label);
  }

  async become(user: number, enabled: boolean): Promise<void> {
    const status = enabled ? 'active' : 'disabled';
    await changeMembers.open().change(this.system, this.people[user]!.id, { status });
    if (this.enabled[user] && !enabled) {
      this.eras[user]! += 1;
      for (const phone of this.phones) if (phone.user === user) phone.good = false;
    }
    this.enabled[user] = enabled;
  }

  async work(user: number, dies: number | undefined): Promise<void> {
    const message = { tenant: this.workspace.reference, userId: this.people[user]!.id };
    const revive = injectFaults(database, dies === undefined ? [] : [{ in: dies, when: 'before' }]);
    await revokeLostPhones
      .open()
      .revokeLost(message)
      .catch(() => undefined);
    revive();
    await revokeLostPhones.open().revokeLost(message);
    for (const phone of this.phones.filter((one) => one.user === user)) {
      const device = await findEntity(devices, this.workspace.reference, phone.id);
      if (device) expect(device.values.status).toBe(phone.good ? 'ACTIVE' : 'INACTIVE');
    }
  }

  async end(phone: Paired | undefined, does: string): Promise<void> {
    if (!phone) return;
    const { revoke } = revokePhones.open();
    const ending =
      does === 'revoke'
        ? revoke(this.system, phone.id)
        : deletes(devices).open().delete(this.system, phone.id, undefined);
    const code = await ending.then(
      () => undefined,
      (error: { code?: string }) => error.code,
    );
    if (does === 'revoke') expect(code).toBe(phone.good ? undefined : 'NOT_FOUND');
    phone.good = false;
  }

  /** A token is accepted if and only if the model says so, and the list contains exactly those phones. */
  async compare(): Promise<void> {
    for (const { token, good } of this.phones) {
      const claim = await readClaim({ authorization: `Bearer ${token}` });
      const accepted = await credentials
        .open()
        .accept(claim, { scope: 'any' }, { id: 'r', address: '203.0.113.9' })
        .then(
          () => true,
          () => false,
        );
      expect(accepted).toBe(good);
    }
    const listed = (await listPhones.open().list(this.system)).map(({ id }) => id);
    const lost = listed.filter((id) => !this.phones.some((phone) => phone.id === id));
    // A pairing whose answer was lost: its phone is listed, and nobody has its token.
    expect(listed.filter((id) => !lost.includes(id)).sort()).toEqual(
      this.phones.flatMap(({ id, good }) => (good ? [id] : [])).sort(),
    );
  }
}

test('phones live exactly as long as the model says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }), async (steps) => {
      database.restore();
      database = new DynamoDbFake();
      const world = await World.begin();
      for (const one of steps) {
        await world.act(one);
        await world.compare();
      }
    }),
    { numRuns: runs(150) },
  );
}, 300_000);
