import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type AskedFile, askForFiles } from '../../../shared/exports/ask.ts';
import { runExports } from '../../../shared/exports/run.ts';
import { runs } from '../../support/thorough.ts';
import { unzipped } from '../archives/reading.ts';
import { readCsv } from '../sheets/survey.ts';
import { faults, injectFaults } from '../support/injected-faults.ts';
import { addFile, aForm, gps, members, submit, text } from './forms.ts';
import { day, now, Yard } from './yard.ts';

/** The files of a form, while workers crash and requests race: each file is complete, and all of them agree. */

let yard: Yard;
beforeEach(() => {
  yard = new Yard();
});
afterEach(() => yard.end());

const count = 24;
const photo = { id: 'photo', type: 'photo', label: 'Photo' };

interface Filled {
  readonly formId: string;
  readonly ids: readonly string[];
}

async function filledForm(): Promise<Filled> {
  const formId = await aForm(yard, [text('n'), gps, photo, members]);
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const data = { n: `${i}`, gps: { latitude: i, longitude: 1 }, members: [{ name: 'a' }, { name: 'b' }] };
    const id = await submit(yard, formId, data, now - day + i);
    ids.push(id);
    if (i % 2 === 0) addFile(yard, id, { bytes: Buffer.from(`photo ${i}`) });
  }
  return { formId, ids };
}

/** Makes reads of bodies and files slow, so that a job needs several runs. */
function passTime(): void {
  const [database, store] = [yard.database.before, yard.store.before];
  yard.database.before = async (call) => {
    const isOfBodies = call.operation === 'BatchGetCommand' && JSON.stringify(call.input).includes('#submission#');
    if (isOfBodies) vi.setSystemTime(Date.now() + 9000);
    await database(call);
  };
  yard.store.before = async (call) => {
    if (call.startsWith('GetObject media/')) vi.setSystemTime(Date.now() + 3000);
    await store(call);
  };
}

const ask = (formId: string, include: AskedFile['include'] = 'SUBMISSIONS_PACKAGE') =>
  askForFiles.open().ask(yard.owner, { formId, include, from: undefined, to: undefined }, 0);

const exportFiles = () => [...yard.store.files].filter(([key]) => key.startsWith('exports/'));

async function requireWhole(jobId: string, ids: readonly string[]): Promise<void> {
  expect(await yard.get(jobId)).toMatchObject({ status: 'READY', submissionCount: count, mediaCount: count / 2 });
  const files = await unzipped(yard.store.open((await yard.get(jobId)).downloadUrl!));
  const idsOf = (name: string) =>
    readCsv(files.get(name)!.toString())
      .slice(1)
      .map(([id]) => id);
  expect(idsOf('Household_Survey.csv')).toEqual(ids);
  expect(idsOf('Household_Survey_members.csv')).toEqual(ids.flatMap((id) => [id, id]));
  const { features } = JSON.parse(files.get('Household_Survey.geojson')!.toString());
  expect(features.map(({ id }: { id: string }) => id)).toEqual(ids.map((id) => `${id}/gps`));
  const media = ids.filter((_, i) => i % 2 === 0);
  expect(idsOf('media/index.csv')).toEqual(media);
  for (const id of media) {
    expect(files.get(`media/${id}/photo/photo.jpg`)!.toString()).toBe(`photo ${ids.indexOf(id)}`);
  }
  expect(files.size).toBe(4 + media.length + 1);
  // Every archive in the store is complete, whichever attempt wrote it.
  for (const [key, bytes] of exportFiles()) if (key.endsWith('.zip')) await unzipped(bytes);
}

test('a worker that dies between any two calls leaves one whole package, and one event', async () => {
  await fc.assert(
    fc.asyncProperty(faults(5), async (given) => {
      yard.end();
      yard = new Yard();
      const { formId, ids } = await filledForm();
      const { sk } = await ask(formId);
      yard.relay();
      const live = injectFaults([yard.database, yard.store], given);
      passTime();
      await yard.work(400);
      live();
      await requireWhole(sk, ids);
      expect(yard.published().map(({ action }) => action)).toEqual(['export.ready']);
    }),
    { numRuns: runs(60) },
  );
}, 600_000);

test('a worker that is killed halfway continues from its checkpoint', async () => {
  const { formId, ids } = await filledForm();
  const { sk } = await ask(formId);
  passTime();
  yard.relay();
  // The first run ends at its time limit, the second one is killed before it can store anything.
  await yard.step();
  expect((await yard.get(sk)).status).toBe('RUNNING');
  yard.relay();
  const { before } = yard.database;
  let reads = 0;
  yard.database.before = async (call) => {
    if (JSON.stringify(call.input).includes('#submission#') && ++reads === 2) throw new Error('killed');
    await before(call);
  };
  await expect(yard.step()).rejects.toThrow();
  expect(reads).toBeGreaterThan(1);
  yard.database.before = before;
  await yard.work();
  await requireWhole(sk, ids);
});

/** Delays calls of the stores, so that the workers in this process interleave. */
function delayed(delays: readonly number[]): void {
  let calls = 0;
  const wait = async () => {
    const turns = delays[calls++ % delays.length]!;
    for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  yard.database.before = wait;
  yard.store.before = wait;
  yard.store.after = wait;
}

test('two workers that run the same job at once make one package', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(6), { minLength: 5, maxLength: 25 }), async (delays) => {
      yard.end();
      yard = new Yard();
      const { formId, ids } = await filledForm();
      const { sk } = await ask(formId);
      delayed(delays);
      const run = () => runExports.open().run({ tenant: yard.tenant.reference, lane: 'forms' });
      await Promise.allSettled([run(), run()]);
      await yard.work();
      await requireWhole(sk, ids);
    }),
    { numRuns: runs(40) },
  );
}, 600_000);

test('a request that dies between any two calls leaves at most one job, which the next request joins', async () => {
  await fc.assert(
    fc.asyncProperty(faults(4), fc.nat(12), async (given, submissions) => {
      yard.end();
      yard = new Yard();
      const { formId } = await filledForm();
      const live = injectFaults([yard.database, yard.store], given);
      for (let i = 0; i < 8; i++) await ask(formId).catch(() => undefined);
      live();
      const { sk } = await ask(formId);
      const jobs = yard.database.rows('main', ({ pk }) => String(pk).endsWith('#export'));
      expect(jobs.map((row) => row.sk)).toEqual([sk]);
      for (let i = 0; i < submissions; i++) await submit(yard, formId, { n: 'late' }, now - day + 500 + i);
      await yard.work();
      const { submissionCount = 0 } = await yard.get(sk);
      // Submissions came in before the worker began.
      expect(submissionCount).toBe(count + submissions);
    }),
    { numRuns: runs(40) },
  );
}, 600_000);
