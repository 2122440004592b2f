import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { grantableScopes } from '../../../shared/auth/scopes.ts';
import { devices } from '../../../shared/devices/devices.ts';
import { deletes } from '../../../shared/entity/delete.ts';
import { exportRequest } from '../../../shared/messages/exports.ts';
import { exportKeys } from '../../../shared/table/keys/exports.ts';
import { fault } from '../../support/dynamodb-fake.ts';
import { caller, person } from '../support/people.ts';
import { day, lines, Yard, yesterday } from './yard.ts';

/** The life of export jobs. */

let yard: Yard;
beforeEach(() => {
  yard = new Yard();
});
afterEach(() => yard.end());

const seconds = 1000;

/** A device with this many points, a second apart. */
async function deviceWith(points: number): Promise<string> {
  const deviceId = await yard.device();
  if (points > 0)
    yard.points(
      deviceId,
      Array.from({ length: points }, (_, i) => yesterday + i * seconds),
    );
  return deviceId;
}

const locationsOf = (scopeId: string) => ({ scopeType: 'DEVICE', scopeId, includes: ['LOCATIONS'] }) as const;
const ask = async (scopeId: string, by = yard.owner) => (await yard.ask(locationsOf(scopeId) as never, by)).id;

/** Lets time pass with each read of points. */
function slowReads(milliseconds: number): void {
  yard.database.before = ({ operation, input }) => {
    if (operation === 'QueryCommand' && JSON.stringify(input).includes('#at#')) {
      vi.setSystemTime(Date.now() + milliseconds);
    }
  };
}

const rowOf = (id: string) =>
  yard.database.rows('main', ({ pk, sk }) => sk === id && String(pk).endsWith('#export'))[0] as never as Record<
    string,
    unknown
  >;

const unlessFound = async (id: string, by = yard.owner) =>
  await yard.get(id, by).then(
    () => 'found',
    ({ code }: { code: string }) => code,
  );

test('a job is pending, then ready with a link, its size and its counts, and has one event', async () => {
  const created = await yard.ask(locationsOf(await deviceWith(3)) as never, person('editor'));
  expect(created).toMatchObject({ status: 'PENDING', format: 'CSV', requestedBy: person('editor').principal });
  expect(Object.keys(created)).not.toContain('sizeBytes');
  await yard.work();
  const { downloadUrl, ...job } = await yard.get(created.id);
  const archive = yard.store.open(downloadUrl!);
  expect(job).toEqual({
    ...created,
    status: 'READY',
    sizeBytes: archive.length,
    locationCount: 3,
    completedAt: expect.any(String),
    expiresAt: new Date(Date.parse(job.completedAt!) + day).toISOString().replace('.000Z', 'Z'),
  });
  expect(downloadUrl).toMatch(new RegExp(`/exports/${created.id}\\.zip\\?.*X-Amz-Signature=`));
  expect(yard.published()).toEqual([{ action: 'export.ready', data: job }]);
  expect(yard.waiting).toEqual([]);
  // Nothing but the file is left behind.
  expect(yard.store.held()).toHaveLength(1);
  expect(rowOf(created.id)).not.toHaveProperty('progress');
  const notified = yard.database.rows('main', ({ orders }) => String(orders).includes('notifications/notify'));
  expect(notified).toHaveLength(1);
});

describe('a link', () => {
  const ready = async () => {
    const id = await ask(await deviceWith(1));
    await yard.work();
    return id;
  };
  const code = (act: () => unknown) => {
    try {
      act();
      return 'opened';
    } catch (error) {
      return (error as Error).name;
    }
  };

  test('is new at each read, and expires after 15 minutes', async () => {
    const id = await ready();
    const { downloadUrl: first } = await yard.get(id);
    vi.setSystemTime(Date.now() + 60 * seconds);
    const { downloadUrl: second } = await yard.get(id);
    expect(second).not.toBe(first);
    vi.setSystemTime(Date.now() + 15 * 60 * seconds - 1000);
    expect(code(() => yard.store.open(first!))).toBe('AccessDenied');
    expect(code(() => yard.store.open(second!))).toBe('opened');
    vi.setSystemTime(Date.now() + 1000);
    expect(code(() => yard.store.open(second!))).toBe('AccessDenied');
  });

  test('never outlives the file, whenever it is made', async () => {
    const id = await ready();
    const { expiresAt } = await yard.get(id);
    const end = Date.parse(expiresAt!);
    for (const before of [14 * 60 * seconds, 1500, 999, 1]) {
      vi.setSystemTime(end - before);
      const { downloadUrl, status } = await yard.get(id);
      expect(status).toBe('READY');
      vi.setSystemTime(end);
      expect(code(() => yard.store.open(downloadUrl!))).toBe('AccessDenied');
    }
    const { downloadUrl, ...expired } = await yard.get(id);
    expect(downloadUrl).toBeUndefined();
    expect(expired).toMatchObject({ status: 'EXPIRED', locationCount: 1, sizeBytes: expect.any(Number) });
  });

  test('opens no other file', async () => {
    const { downloadUrl } = await yard.get(await ready());
    expect(code(() => yard.store.open(downloadUrl!.replace('.zip', '.txt')))).toBe('SignatureDoesNotMatch');
  });
});

test('records are kept for 30 days after the file has expired', async () => {
  const id = await ask(await deviceWith(1));
  await yard.work();
  const end = Date.parse((await yard.get(id)).expiresAt!) + 30 * day;
  vi.setSystemTime(end - 1000);
  expect(await unlessFound(id)).toBe('found');
  vi.setSystemTime(end + 1000);
  expect(await unlessFound(id)).toBe('NOT_FOUND');
  await expect(yard.delete(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

describe('who may see a job', () => {
  const without = (...lacking: string[]) =>
    caller(
      yard.tenant,
      grantableScopes.filter((scope) => !lacking.includes(scope)),
    );

  test('those who may read exports and all that it includes', async () => {
    const deviceId = await deviceWith(1);
    const { id } = await yard.ask({ scopeType: 'DEVICE', scopeId: deviceId, includes: ['LOCATIONS', 'EVENTS'] });
    expect(await unlessFound(id, without('readings:read', 'analytics:read'))).toBe('found');
    expect(await unlessFound(id, without('events:read'))).toBe('NOT_FOUND');
    expect(await unlessFound(id, without('locations:read'))).toBe('NOT_FOUND');
    expect(await unlessFound(id, without('exports:read'))).toBe('NOT_FOUND');
    await expect(yard.delete(id, without('exports:read'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await unlessFound(id)).toBe('found');
  });

  test('a job of what the caller may not read is refused', async () => {
    const deviceId = await deviceWith(1);
    const asked = yard.ask(locationsOf(deviceId) as never, without('locations:read'));
    await expect(asked).rejects.toMatchObject({
      code: 'SCOPE_MISSING',
      details: { required_scope: 'locations:read' },
    });
  });

  test('editors and viewers delete what they have asked for, and nothing else', async () => {
    const deviceId = await deviceWith(1);
    const ofOwner = await ask(deviceId);
    const [editor, viewer] = [person('editor'), person('viewer')];
    const ofEditor = await ask(deviceId, editor);
    for (const [who, id] of [
      [editor, ofOwner],
      [viewer, ofOwner],
      [viewer, ofEditor],
    ] as const) {
      await expect(yard.delete(id, who)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await yard.delete(ofEditor, editor);
    await yard.delete(ofOwner, person('manager'));
    expect(await unlessFound(ofEditor)).toBe('NOT_FOUND');
  });
});

describe('a long job', () => {
  test('continues in further runs, which keep what is stored', async () => {
    const deviceId = await deviceWith(12_000);
    const id = await ask(deviceId);
    slowReads(9 * seconds);
    await yard.work();
    const files = await yard.filesOf(id);
    const rows = lines(files['locations.csv']!).slice(1);
    expect(rows).toHaveLength(12_000);
    expect(new Set(rows).size).toBe(12_000);
    expect(rows).toEqual(rows.toSorted());
    const calls = yard.store.calls.map((call) => call.split(' ')[0]);
    expect(calls.filter((one) => one === 'CreateMultipartUpload')).toHaveLength(1);
    expect(calls.filter((one) => one === 'PutObject').length).toBeGreaterThan(2);
    expect(yard.store.held()).toHaveLength(1);
  });

  test('does not let the next one pass', async () => {
    const long = await ask(await deviceWith(12_000));
    const short = await ask(await deviceWith(1));
    slowReads(9 * seconds);
    const ended: string[] = [];
    yard.relay();
    while (yard.waiting.length > 0) {
      await yard.step();
      for (const { data } of yard.published()) if (!ended.includes(String(data.id))) ended.push(String(data.id));
      if (ended.length === 0) expect(await yard.get(short)).toMatchObject({ status: 'PENDING' });
    }
    expect(ended).toEqual([long, short]);
  });

  test('ends as too large after a day', async () => {
    const id = await ask(await deviceWith(100));
    yard.relay();
    yard.store.before = (call) => {
      if (!call.startsWith('UploadPart')) return;
      yard.store.before = () => undefined;
      throw fault('ServiceUnavailable');
    };
    await yard.step().catch(() => undefined);
    vi.setSystemTime(Date.now() + day);
    await yard.work();
    expect(await yard.get(id)).toMatchObject({ status: 'FAILED', errorCode: 'EXPORT_TOO_LARGE' });
    expect(yard.store.held()).toEqual([]);
  });
});

test('jobs of another lane do not wait', async () => {
  const { reference } = yard.tenant;
  const [first, other] = [await ask(await deviceWith(12_000)), await ask(await deviceWith(1))];
  const row = rowOf(other);
  yard.database.set('main', { ...row, lane: 'forms' } as never);
  yard.database.set('main', { ...exportKeys.inLane(reference, 'forms', other) });
  const [{ group }, { group: elsewhere }] = [
    exportRequest(reference, 'tables', 'a'),
    exportRequest(reference, 'forms', 'b'),
  ];
  expect(elsewhere).not.toBe(group);
  slowReads(9 * seconds);
  yard.relay();
  await yard.step();
  expect(await yard.get(first)).toMatchObject({ status: 'RUNNING' });
  yard.waiting.unshift({ worker: 'exports/run', message: { tenant: reference, lane: 'forms' } });
  await yard.step();
  expect(await yard.get(other)).toMatchObject({ status: 'READY' });
  expect(await yard.get(first)).toMatchObject({ status: 'RUNNING' });
});

describe('a deleted job', () => {
  test('that is ready has no file any more', async () => {
    const id = await ask(await deviceWith(1));
    await yard.work();
    const { downloadUrl } = await yard.get(id);
    await yard.delete(id);
    expect(await unlessFound(id)).toBe('NOT_FOUND');
    await yard.work();
    expect(() => yard.store.open(downloadUrl!)).toThrow('NoSuchKey');
    expect(yard.store.held()).toEqual([]);
  });

  test('that waits never runs', async () => {
    const id = await ask(await deviceWith(1));
    await yard.delete(id);
    await yard.work();
    expect(yard.store.calls.filter((call) => call.startsWith('Create'))).toEqual([]);
  });

  test.each(['CreateMultipartUpload', 'UploadPart', 'PutObject', 'CompleteMultipartUpload'])(
    'that runs stops, and leaves nothing: before and after %s',
    async (name) => {
      for (const when of ['before', 'after'] as const) {
        const id = await ask(await deviceWith(12_000));
        const next = await ask(await deviceWith(1));
        slowReads(9 * seconds);
        let isDeleted = false;
        yard.store[when] = async (call) => {
          if (isDeleted || !call.startsWith(name)) return;
          isDeleted = true;
          await yard.delete(id);
        };
        await yard.work();
        expect(isDeleted).toBe(true);
        expect(await unlessFound(id)).toBe('NOT_FOUND');
        expect(await yard.get(next)).toMatchObject({ status: 'READY' });
        await yard.delete(next);
        await yard.work();
        expect(yard.store.held(), `${when} ${name}`).toEqual([]);
      }
    },
  );
});

describe('a job fails', () => {
  test('when its object was deleted before it ran', async () => {
    const deviceId = await deviceWith(1);
    const id = await ask(deviceId);
    await deletes(devices).open().delete(yard.owner, deviceId, undefined);
    yard.relay();
    yard.waiting = yard.waiting.filter(({ worker }) => worker.startsWith('exports/'));
    await yard.work();
    const job = await yard.get(id);
    expect(job).toMatchObject({ status: 'FAILED', errorCode: 'SCOPE_GONE', errorMessage: expect.any(String) });
    expect(job).not.toHaveProperty('sizeBytes');
    expect(yard.published()).toEqual([{ action: 'export.failed', data: job }]);
  });

  test('when its object is deleted while its last part is stored', async () => {
    const deviceId = await deviceWith(1);
    const id = await ask(deviceId);
    yard.store.after = async (call) => {
      if (!call.startsWith('CompleteMultipartUpload')) return;
      await deletes(devices).open().delete(yard.owner, deviceId, undefined);
    };
    await yard.work();
    expect(await yard.get(id)).toMatchObject({ status: 'FAILED', errorCode: 'SCOPE_GONE' });
    expect(yard.store.held()).toEqual([]);
  });

  test('when it never makes progress, before its message would be a dead letter', async () => {
    const id = await ask(await deviceWith(1));
    const next = await ask(await deviceWith(1));
    let tries = 0;
    const { owner } = yard;
    yard.store.before = (call) => {
      if (!call.startsWith('UploadPart') || !call.includes(id)) return;
      tries += 1;
      throw fault('ServiceUnavailable');
    };
    await yard.work();
    expect(tries).toBeLessThan(8);
    expect(await yard.get(id, owner)).toMatchObject({ status: 'FAILED', errorCode: 'INTERNAL_ERROR' });
    expect(await yard.get(next)).toMatchObject({ status: 'READY' });
    expect(yard.store.held()).toHaveLength(1);
  });
});

test('a file is not written twice because the answer that there is one was lost', async () => {
  const id = await ask(await deviceWith(12_000));
  slowReads(9 * seconds);
  let isLost = false;
  yard.store.after = (call) => {
    if (isLost || !call.startsWith('CompleteMultipartUpload')) return;
    isLost = true;
    throw fault('TimeoutError');
  };
  await yard.work();
  expect(lines((await yard.filesOf(id))['locations.csv']!)).toHaveLength(12_001);
  const calls = yard.store.calls.map((call) => call.split(' ')[0]);
  expect(calls.filter((one) => one === 'CreateMultipartUpload')).toHaveLength(1);
  expect(yard.store.held()).toHaveLength(1);
});

test('an upload that the store has lost is begun again', async () => {
  const id = await ask(await deviceWith(12_000));
  slowReads(9 * seconds);
  yard.relay();
  await yard.step();
  expect(yard.store.uploads.size).toBe(1);
  yard.store.uploads.clear();
  await yard.work();
  const files = await yard.filesOf(id);
  expect(lines(files['locations.csv']!)).toHaveLength(12_001);
  expect(yard.store.held()).toHaveLength(1);
});

test('what another version of the hash function has stored is begun again', async () => {
  const { pack, unpack } = await import('../../../shared/table/packed.ts');
  const id = await ask(await deviceWith(12_000));
  slowReads(9 * seconds);
  yard.relay();
  await yard.step();
  const row = rowOf(id) as { progress: Uint8Array };
  const progress = unpack<{ zip: { open: object } }>(row.progress);
  const zip = { ...progress.zip, open: { ...progress.zip.open, sha256: 'AAAA' } };
  yard.database.set('main', { ...row, progress: pack({ ...progress, zip }) } as never);
  await yard.work();
  expect(lines((await yard.filesOf(id))['locations.csv']!)).toHaveLength(12_001);
});

describe('a job whose message was lost', () => {
  const quarter = 15 * 60 * seconds;
  const lost = () => {
    yard.relay();
    yard.waiting = [];
  };
  const watched = () => yard.database.rows('main', ({ worker }) => worker === 'exports/watch');

  test('is asked for again, and its lane is watched no longer than it has jobs', async () => {
    const [id, next] = [await ask(await deviceWith(1)), await ask(await deviceWith(1))];
    lost();
    await yard.later(quarter);
    await yard.work();
    expect(await yard.get(id)).toMatchObject({ status: 'READY' });
    expect(await yard.get(next)).toMatchObject({ status: 'READY' });
    expect(watched()).toHaveLength(1);
    await yard.later(quarter);
    await yard.work();
    expect(watched()).toEqual([]);
  });

  test('continues where it has stopped', async () => {
    const id = await ask(await deviceWith(12_000));
    slowReads(9 * seconds);
    yard.relay();
    await yard.step();
    expect(await yard.get(id)).toMatchObject({ status: 'RUNNING' });
    lost();
    await yard.later(quarter);
    await yard.work();
    expect(await yard.get(id)).toMatchObject({ status: 'READY', locationCount: 12_000 });
  });

  test('fails if no run makes progress, whatever happens to its messages', async () => {
    const id = await ask(await deviceWith(1));
    lost();
    yard.store.before = (call) => {
      if (call.startsWith('UploadPart')) throw fault('ServiceUnavailable');
    };
    for (let i = 0; i < 8; i++) {
      await yard.later(quarter);
      await yard.step();
      await yard.step().catch(() => undefined);
      lost();
    }
    expect(await yard.get(id)).toMatchObject({ status: 'FAILED', errorCode: 'INTERNAL_ERROR' });
    expect(yard.published().map(({ action }) => action)).toEqual(['export.failed']);
  });

  test('is not asked for while it runs', async () => {
    await ask(await deviceWith(12_000));
    slowReads(9 * seconds);
    yard.relay();
    vi.setSystemTime(Date.now() + quarter - 1000);
    await yard.step();
    await yard.later(1000);
    const watches = yard.waiting.filter(({ worker }) => worker === 'exports/watch');
    expect(watches).toHaveLength(1);
    yard.waiting = watches;
    await yard.step();
    expect(yard.waiting).toEqual([]);
  });

  test('that is made while its lane is found empty is watched too', async () => {
    const first = await ask(await deviceWith(1));
    await yard.work();
    await yard.later(quarter);
    const deviceId = await deviceWith(1);
    let isMade = false;
    yard.database.after = async ({ operation, input }) => {
      if (isMade || operation !== 'QueryCommand' || !JSON.stringify(input).includes('#export-lane#')) return;
      isMade = true;
      await ask(deviceId);
    };
    await yard.step();
    expect(isMade).toBe(true);
    expect(await yard.get(first)).toMatchObject({ status: 'READY' });
    expect(watched()).toHaveLength(1);
  });
});
