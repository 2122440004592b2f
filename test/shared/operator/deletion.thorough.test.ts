import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { mintOneTimeToken } from '../../../shared/auth/one-time-token.ts';
import { ServiceFault } from '../../../shared/aws/faults.ts';
import { putCertificate } from '../../../shared/certificates/rows.ts';
import { exportFiles } from '../../../shared/files/keys.ts';
import { beginUpload, endUpload, putFile, putPart } from '../../../shared/files/store.ts';
import { writeGeofences } from '../../../shared/geofences/writer.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { activateCertificate, bindCertificate, issueCertificate } from '../../../shared/iot/identities.ts';
import { createKeys } from '../../../shared/keys/create.ts';
import { deleteWorkspace } from '../../../shared/operator/deletion.ts';
import { resumeWorkspace, suspendWorkspace } from '../../../shared/operator/suspension.ts';
import { startSessions } from '../../../shared/sessions/login.ts';
import { Transaction } from '../../../shared/table/transaction.ts';
import { platformReference } from '../../../shared/tenancy/tenant.ts';
import { createUsers } from '../../../shared/users/create.ts';
import { inviteUsers } from '../../../shared/users/invite.ts';
import { findWorkspace } from '../../../shared/workspaces/workspaces.ts';
import { type Attributes, DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';

import { IotFake } from '../../support/iot-fake.ts';
import { S3Fake } from '../../support/s3-fake.ts';

import { everyCall } from '../../support/thorough.ts';

import { newTokenKey, signInProcess, useTokenKeys } from '../../support/token-keys.ts';
import { personOf } from '../keys/people.ts';
import { Crew, outcome } from '../users/crew.ts';

/**
 * The deletion of a workspace: it deletes all of its rows in every table and nothing of others, however often it
 * crashes on the way.
 */

vi.mock(import('node:timers/promises'), async (original) => ({
  ...(await original()),
  setTimeout: vi.fn(async (milliseconds?: number) => vi.setSystemTime(Date.now() + (milliseconds ?? 0))) as never,
}));

const now = Date.parse('2026-03-22T10:00:00Z');
const key = newTokenKey('t1');
const tables = ['main', 'cells', 'access', 'telemetry'] as const;
let database: DynamoDbFake;
let store: S3Fake;

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  vi.mocked(sleep).mockClear();
  database = new DynamoDbFake();
  store = new S3Fake();
  useTokenKeys(key);
  signInProcess(key);
  vi.stubEnv('DEVICE_POLICY', 'a policy');
});
afterEach(() => {
  database.restore();
  store.restore();
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** A workspace with rows of every kind. */
async function furnished(slug: string): Promise<Crew> {
  const crew = await Crew.of(database, { slug, plan: 'pro' });
  const { id: owner } = await crew.add('owner');
  const draft = { email: 'ana@example.com', password: 'Pass123!', role: 'editor', name: 'Ana' } as const;
  const { id } = await createUsers.open().create(crew.caller(owner), draft, unrecorded);
  const signIn = { email: draft.email, password: draft.password, workspace: slug };
  await startSessions.open().login(signIn, { id: 'req_TEST', address: '203.0.113.9' });
  await inviteUsers.open().invite(crew.caller(owner), { email: 'new@example.com', role: 'viewer' }, unrecorded);
  const admin = personOf(crew.workspace);
  await createKeys.open().create(admin, { name: 'K', scopes: [], expires_at: now + 40 * 86_400_000 }, unrecorded);
  const fence = { name: 'F', externalId: 'f', latitude: 52.5, longitude: 13.4, radiusMeters: 200 };
  await writeGeofences.open().create(admin, fence as never, unrecorded);
  const transaction = new Transaction();
  const subject = { tenant: crew.workspace.reference, subject: id, serial: 1 };
  mintOneTimeToken(transaction, 'password_reset', subject);
  await transaction.commit();
  database.set('telemetry', { pk: `${crew.workspace.reference}#positions`, sk: '1' });
  return crew;
}

/** A device with a certificate that the broker takes. */
async function connectable({ workspace: { reference } }: Crew, deviceId: string) {
  const issued = await issueCertificate(`the request of ${deviceId}`);
  await bindCertificate(issued.arn, deviceId);
  await activateCertificate(issued.id);
  const row = { ...issued, deviceId, status: 'ACTIVE', issuedAt: now, expiresAt: now + 1000 } as const;
  const transaction = new Transaction();
  putCertificate(transaction, reference, row);
  await transaction.commit();
  return issued;
}

const all = (): (Attributes & { readonly table: string })[] =>
  tables.flatMap((table) => database.rows(table).map((row) => ({ ...row, table })));
const of = ({ workspace: { reference } }: Crew) => all().filter((row) => JSON.stringify(row).includes(reference));

describe('a deletion', () => {
  test('leaves no row of the workspace, and every row of others as it was', async () => {
    const [crew, other] = [await furnished('gone'), await furnished('kept')];
    const [mine, theirs] = [of(crew), of(other)];
    expect(new Set(mine.map(({ table }) => table))).toEqual(new Set(tables));
    expect(mine.filter(({ pk }) => String(pk).startsWith(platformReference)).length).toBeGreaterThanOrEqual(4);
    const deleted = await deleteWorkspace(crew.workspace);
    expect(of(crew)).toEqual([]);
    expect(of(other)).toEqual(theirs);
    const count = (table: string) => mine.filter((row) => row.table === table).length;
    // Its own audit entry is additional.
    const expected = Object.fromEntries(tables.map((table) => [table, count(table) + (table === 'main' ? 1 : 0)]));
    expect(deleted).toEqual(expected);
    expect(await findWorkspace('gone')).toBeUndefined();
    expect(await Crew.of(database, { slug: 'gone' })).toBeDefined();
  });

  test('waits until calls that began before have ended, unless it is suspended for as long', async () => {
    const [crew, other] = [await furnished('a'), await furnished('b')];
    const waiting = vi.fn();
    await deleteWorkspace(crew.workspace, { waiting });
    expect([waiting.mock.calls, vi.mocked(sleep).mock.calls]).toEqual([[[70_000]], [[70_000]]]);
    await suspendWorkspace(other.workspace);
    vi.setSystemTime(Date.now() + 70_000);
    await deleteWorkspace(other.workspace, { waiting });
    expect(waiting).toHaveBeenCalledTimes(1);
  });

  test('deletes what is written while it waits, and refuses new callers meanwhile', async () => {
    const crew = await furnished('late');
    await deleteWorkspace(crew.workspace, {
      waiting: () => database.set('main', { pk: `${crew.workspace.reference}#geofence`, sk: 'late' }),
    });
    expect(of(crew)).toEqual([]);
  });

  test('reports how many rows of each table were deleted', async () => {
    database.pageRows = 7;
    const crew = await furnished('told');
    const progress: string[] = [];
    const deleted = await deleteWorkspace(crew.workspace, {
      deleted: (table, rows) => progress.push(`${table} ${rows}`),
    });
    expect(progress.at(-1)).toBe('telemetry 1');
    expect(progress).toContain(`access ${deleted.access}`);
    expect(progress).toContain(`main ${deleted.main - 2}`);
  });

  test('is completed by the next run, wherever the first one crashed', async () => {
    for (let call = 0; ; call += everyCall()) {
      database.restore();
      database = new DynamoDbFake();
      [database.pageRows, database.batchKeys] = [7, 5];
      vi.setSystemTime(now);
      const [crew, other] = [await furnished('gone'), await furnished('kept')];
      const theirs = of(other);
      let left = call;
      database.before = () => {
        if (left-- === 0) throw fault('TimeoutError');
      };
      const died = (await outcome(deleteWorkspace(crew.workspace))) !== 'done';
      database.before = () => undefined;
      if (!died) break;
      const workspace = await findWorkspace('gone');
      expect(workspace, `found again after ${call} calls`).toBeDefined();
      if (workspace?.deletingSince !== undefined) {
        expect(await outcome(resumeWorkspace(workspace)), `${call}`).toBe('INVALID_TRANSITION');
      }
      await deleteWorkspace(workspace!);
      expect([of(crew), of(other)], `after ${call} calls`).toEqual([[], theirs]);
    }
  });

  test('takes back what the broker holds of its devices, wherever it died before', async () => {
    for (let call = 0; ; call++) {
      database.restore();
      database = new DynamoDbFake();
      const broker = new IotFake();
      vi.setSystemTime(now);
      const [crew, other] = [await furnished('gone'), await furnished('kept')];
      for (const id of ['d1', 'd2']) await connectable(crew, id);
      const [theirs] = [await connectable(other, 'd3')];
      let left = call;
      broker.before = () => {
        if (left-- === 0) throw new ServiceFault('InternalFailureException', 'Down', 500);
      };
      const died = (await outcome(deleteWorkspace(crew.workspace))) !== 'done';
      broker.before = () => undefined;
      const workspace = await findWorkspace('gone');
      if (workspace) await deleteWorkspace(workspace);
      expect([of(crew), [...broker.things], [...broker.certificates.keys()]], `after ${call} calls`).toEqual([
        [],
        ['d3'],
        [theirs.id],
      ]);
      expect([broker.admits(theirs.id, 'd3'), [...new Set(broker.disconnected)]]).toEqual([true, ['d1', 'd2']]);
      broker.restore();
      if (!died) break;
    }
  });

  test('removes its files and its uploads, and those of nobody else, wherever it died before', async () => {
    for (let call = 0; ; call++) {
      database.restore();
      database = new DynamoDbFake();
      vi.setSystemTime(now);
      const [crew, other] = [await furnished('gone'), await furnished('kept')];
      for (const { workspace } of [crew, other]) {
        for (const attempt of ['a', 'b']) {
          const upload = await beginUpload(exportFiles.archive(workspace.reference, attempt, 'e1'), 'application/zip');
          await putFile(exportFiles.remainder(workspace.reference, attempt, 'r'), Buffer.from('x'));
          if (attempt === 'b') await endUpload(upload, [await putPart(upload, 1, Buffer.from('x'))]);
        }
      }
      const theirs = store.held().filter((key) => key.includes(other.workspace.reference));
      let left = call;
      store.before = () => {
        if (left-- === 0) throw fault('ServiceUnavailable');
      };
      const died = (await outcome(deleteWorkspace(crew.workspace))) !== 'done';
      store.before = () => undefined;
      const workspace = await findWorkspace('gone');
      if (workspace) await deleteWorkspace(workspace);
      expect(store.held(), `after ${call} calls`).toEqual(theirs);
      for (const key of [...store.files.keys()]) store.files.delete(key);
      store.uploads.clear();
      if (!died) break;
    }
  });

  test('waits until the broker has detached what is to go', async () => {
    const broker = new IotFake();
    const crew = await furnished('gone');
    const { id } = await connectable(crew, 'd1');
    let refusals = 3;
    broker.before = (call) => {
      if (call === `DELETE certificates/${id}` && refusals-- > 0)
        throw new ServiceFault('DeleteConflictException', 'Things must be detached', 409);
    };
    await deleteWorkspace(crew.workspace);
    expect([broker.certificates.size, vi.mocked(sleep).mock.calls.filter(([time]) => time === 1000)]).toEqual([
      0,
      [[1000], [1000], [1000]],
    ]);
    broker.restore();
  });

  test('stops if a table processes nothing', async () => {
    const crew = await furnished('stuck');
    vi.spyOn(Math, 'random').mockReturnValue(0);
    database.batchKeys = 0;
    await expect(deleteWorkspace(crew.workspace)).rejects.toThrow(/throttled/);
  });
});
