import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { worker } from '../../../functions/exports/run.ts';
import { aForm, exported, gps, ofForm, plainFile, submit, text } from './forms.ts';
import { day, now, Yard } from './yard.ts';

/** A run ends in time, however large its submissions and however slow the store: the next one continues. */

let yard: Yard;
beforeEach(() => {
  yard = new Yard();
});
afterEach(() => yard.end());

const timeoutMilliseconds = worker.timeoutSeconds * 1000;
const point = { latitude: 46.9, longitude: -74, accuracy: 4 };

/** Lets time pass with each call of the store of this name. */
function slow(name: string, milliseconds: number): void {
  yard.store.before = (call) => {
    if (call.startsWith(name)) vi.setSystemTime(Date.now() + milliseconds);
  };
}

/** Exports, and returns how many milliseconds each run has taken. */
async function runsOf(formId: string, include: string): Promise<number[]> {
  await yard.ask(ofForm(formId, include));
  yard.relay();
  const taken: number[] = [];
  while (yard.waiting.length > 0) {
    const began = Date.now();
    await yard.step();
    taken.push(Date.now() - began);
    yard.relay();
  }
  return taken;
}

/** The text that a slow export has written. */
const written = async () => {
  const [{ id }] = yard.published().map(({ data }) => data) as [{ id: string }];
  const { status, downloadUrl } = await yard.get(id);
  expect(status).toBe('READY');
  return yard.store.open(downloadUrl!).toString('utf8');
};

describe('a run of an export', () => {
  test('ends within its function while parts take ten seconds, in the middle of one submission with many places', async () => {
    const rows = { id: 'trees', type: 'repeat', label: 'Trees', fields: [gps] };
    const formId = await aForm(yard, [text('note'), rows]);
    const trees = Array.from({ length: 200 }, (_, i) => ({ gps: { ...point, latitude: i / 10 } }));
    await submit(yard, formId, { note: 'n'.repeat(200_000), trees });
    await submit(yard, formId, { note: 'short', trees: trees.slice(0, 3) });
    slow('UploadPart', 10_000);
    const runs = await runsOf(formId, 'SUBMISSIONS_GEOJSON');
    expect(Math.max(...runs)).toBeLessThan(timeoutMilliseconds);
    expect(runs.length).toBeGreaterThan(2);
    const slowly = await written();
    yard.store.before = () => undefined;
    expect(slowly === (await plainFile(yard, formId, 'SUBMISSIONS_GEOJSON')).text).toBe(true);
    expect(JSON.parse(slowly).features).toHaveLength(203);
  });

  test('ends within its function while parts take ten seconds, when large submissions follow on small ones', async () => {
    const formId = await aForm(yard, [text('note'), gps]);
    const last = now - day / 2;
    for (let i = 0; i < 10; i++) await submit(yard, formId, { note: 'short', gps: point });
    for (let i = 0; i < 100; i++) await submit(yard, formId, { note: 'n'.repeat(400_000), gps: point }, last + i);
    slow('UploadPart', 10_000);
    const runs = await runsOf(formId, 'SUBMISSIONS_GEOJSON');
    expect(Math.max(...runs)).toBeLessThan(timeoutMilliseconds);
    const slowly = await written();
    yard.store.before = () => undefined;
    expect(slowly === (await plainFile(yard, formId, 'SUBMISSIONS_GEOJSON')).text).toBe(true);
    expect(new Set(JSON.parse(slowly).features.map(({ id }: { id: string }) => id)).size).toBe(110);
  });

  test('leaves the file to the next run when its own time is over, since making one takes long', async () => {
    const formId = await aForm(yard, [text('note')]);
    await submit(yard, formId, { note: 'short' });
    yard.store.before = (call) => {
      const seconds = call.startsWith('UploadPart') ? 36 : call.startsWith('CompleteMultipartUpload') ? 30 : 0;
      vi.setSystemTime(Date.now() + seconds * 1000);
    };
    const runs = await runsOf(formId, 'SUBMISSIONS_CSV');
    expect(Math.max(...runs)).toBeLessThan(timeoutMilliseconds);
    yard.store.before = () => undefined;
    expect(Object.keys((await exported(yard, formId, 'SUBMISSIONS_CSV')).files)).toEqual(['Household_Survey.csv']);
  });
});
