import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { askForFiles } from '../../../shared/exports/ask.ts';
import { formParts } from '../../../shared/exports/form-parts.ts';
import type { FormToExport } from '../../../shared/exports/form-to-export.ts';
import { packProgress, readProgress } from '../../../shared/exports/progress.ts';
import type { FormInclude } from '../../../shared/exports/terms.ts';
import { layoutOf } from '../../../shared/sheets/form.ts';
import { newId } from '../../../shared/table/ids.ts';
import { outboxKeys } from '../../../shared/table/keys/outbox.ts';
import { readCsv } from '../sheets/survey.ts';
import { addFile, aForm, exported, gps, members, ofForm, submit, text } from './forms.ts';
import { day, now, Yard } from './yard.ts';

/** Submissions that are received before an export begins, and stored while it is written. */

const slept = vi.hoisted(() => ({ total: 0, meanwhile: () => {} }));
vi.mock('node:timers/promises', () => ({
  setTimeout: async (milliseconds: number) => {
    slept.meanwhile();
    slept.total += milliseconds;
    vi.setSystemTime(Date.now() + milliseconds);
  },
}));

let yard: Yard;
beforeEach(() => {
  yard = new Yard();
  Object.assign(slept, { total: 0, meanwhile: () => {} });
});
afterEach(() => yard.end());

const photo = { id: 'photo', type: 'photo', label: 'Photo' };

/** Makes the rows that `make` stores visible only when `commit` is called. */
async function late<T>(make: () => Promise<T>) {
  const keyOf = ({ pk, sk }: { readonly pk?: unknown; readonly sk?: unknown }) => `${pk} ${sk}`;
  const before = new Set(yard.database.rows('main').map(keyOf));
  const made = await make();
  const rows = yard.database.rows('main').filter((row) => !before.has(keyOf(row)));
  for (const { pk, sk } of rows) yard.database.remove('main', String(pk), String(sk));
  const commit = () => {
    for (const row of rows) yard.database.set('main', row as never);
  };
  return { made, commit };
}

/** Calls `act` when the submissions of the form are listed for the second time: then one table is already written. */
function whileTablesAreWritten(formId: string, act: () => void): void {
  let lists = 0;
  yard.database.before = (call) => {
    if (call.operation !== 'QueryCommand' || !JSON.stringify(call.input).includes(`form-submissions#${formId}#0`))
      return;
    if (++lists === 2) act();
  };
}

/** Stores a published event. */
const publish = (event: object) =>
  yard.database.set('main', {
    ...outboxKeys.published(yard.tenant.reference, 0, newId(Date.now())),
    resourceId: randomUUID(),
    ...event,
  });

const idsOf = (csv: string) =>
  readCsv(csv)
    .slice(1)
    .map(([id]) => id);

const ask = (formId: string) => {
  const asked = { formId, include: 'SUBMISSIONS_PACKAGE', from: undefined, to: undefined } as const;
  return askForFiles.open().ask(yard.owner, asked, 0);
};

test('all files of a package leave out a submission that is stored while they are written, and the next package has it', async () => {
  const formId = await aForm(yard, [text('note'), gps, members]);
  const data = { note: 'n', gps: { latitude: 1, longitude: 2 }, members: [{ name: 'A' }] };
  const first = await submit(yard, formId, data, now - day + 1);
  const { made, commit } = await late(() => submit(yard, formId, data, now - day));
  whileTablesAreWritten(formId, commit);
  const { sk } = await ask(formId);
  await yard.work();
  const files = await yard.filesOf(sk);
  expect(idsOf(files['Household_Survey.csv']!)).toEqual([first]);
  expect(idsOf(files['Household_Survey_members.csv']!)).toEqual([first]);
  expect(JSON.parse(files['Household_Survey.geojson']!).features).toHaveLength(1);
  expect(await yard.get(sk)).toMatchObject({ submissionCount: 1 });
  const next = await ask(formId);
  await yard.work();
  expect(idsOf((await yard.filesOf(next.sk))['Household_Survey.csv']!)).toEqual([made, first]);
});

test('an export that is asked for directly after a submission was answered has it, and waits for nothing', async () => {
  const formId = await aForm(yard, [text('note')]);
  const ids: string[] = [];
  for (let i = 0; i < 20; i++) ids.push(await submit(yard, formId, { note: `${i}` }, now - day + i));
  const { files } = await exported(yard, formId, 'SUBMISSIONS_CSV');
  expect(idsOf(files['Household_Survey.csv']!)).toEqual(ids);
  expect(slept.total).toBe(0);
});

test('an export does not wait because devices have sent many megabytes in the minute before', async () => {
  const formId = await aForm(yard, [text('note')]);
  const id = await submit(yard, formId, { note: 'n' });
  for (let i = 0; i < 15; i++) publish({ action: 'geofence.enter', data: 'x'.repeat(390_000) });
  const { files } = await exported(yard, formId, 'SUBMISSIONS_CSV');
  expect(idsOf(files['Household_Survey.csv']!)).toEqual([id]);
  expect(slept.total).toBe(0);
});

test('where a minute has more submissions than can be listed, a file is begun once all that was received before is stored', async () => {
  const formId = await aForm(yard, [text('note'), members]);
  const first = await submit(yard, formId, { note: 'n', members: [{ name: 'A' }] }, now - day + 1);
  const data = { note: 'late', members: [{ name: 'B' }] };
  const { made, commit } = await late(() => submit(yard, formId, data, now - day));
  for (let i = 0; i < 2001; i++) publish({ action: 'submission.created', data: '{}', about: `["${formId}"]` });
  slept.meanwhile = commit;
  const { files, job } = await exported(yard, formId, 'SUBMISSIONS_CSV');
  expect(idsOf(files['Household_Survey.csv']!)).toEqual([made, first]);
  expect(idsOf(files['Household_Survey_members.csv']!)).toEqual([made, first]);
  expect(job).toMatchObject({ submissionCount: 2 });
  expect(slept.total).toBe(60_000);
});

test('a job whose state was stored by an earlier version starts again, so that its files agree', async () => {
  const formId = await aForm(yard, [text('note'), members]);
  const data = { note: 'n', members: [{ name: 'A' }] };
  const first = await submit(yard, formId, data, now - day + 1);
  const { made, commit } = await late(() => submit(yard, formId, data, now - day));
  const job = await yard.ask(ofForm(formId, 'SUBMISSIONS_CSV'));
  whileTablesAreWritten(formId, () => vi.setSystemTime(Date.now() + 36_000));
  yard.relay();
  await yard.step();
  const [row] = yard.database.rows('main', ({ sk, progress }) => sk === job.id && progress !== undefined);
  const { recentIds, ...earlier } = readProgress(row!.progress as Uint8Array)!;
  expect([earlier.part, recentIds]).toEqual([1, [first]]);
  yard.database.set('main', { ...row, progress: packProgress(earlier) } as never);
  commit();
  await yard.work();
  const files = await yard.filesOf(job.id);
  expect(idsOf(files['Household_Survey.csv']!)).toEqual([made, first]);
  expect(idsOf(files['Household_Survey_members.csv']!)).toEqual([made, first]);
  expect(yard.store.held().filter((key) => key.startsWith('exports/'))).toHaveLength(1);
});

describe('when a run stops within a submission, and an earlier one in the order appears before the next run continues', () => {
  async function partOf(formId: string, include: FormInclude) {
    const form = { name: 'Survey', num: 1, at: Date.now(), recent: null };
    const layout = await layoutOf(yard.tenant.reference, formId, 1);
    const job = { ...ofForm(formId, include), sk: randomUUID() } as never;
    const of: FormToExport = { tenant: yard.tenant, job, form, layout, recentIds: null };
    return formParts(of, include)[0]!;
  }

  /** The names of what a part writes from a position on, and the position after each. */
  async function written(formId: string, include: FormInclude, from?: unknown) {
    const part = await partOf(formId, include);
    const all: { readonly name: string; readonly position: unknown }[] = [];
    if (part.kind === 'text') {
      for await (const { items, position } of part.pages(from, []))
        for (const item of items) all.push({ name: JSON.parse(item).id, position });
    } else {
      for await (const { files, position } of part.pages(from))
        for (const { name } of files) all.push({ name, position });
    }
    return all;
  }

  async function requireWhole(formId: string, include: FormInclude, other: () => Promise<unknown>): Promise<void> {
    const before = await written(formId, include);
    const resumed = JSON.parse(JSON.stringify(before[1]!.position));
    await other();
    const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name);
    const rest = names(await written(formId, include, resumed));
    expect([...names(before).slice(0, 2), ...rest].sort()).toEqual(names(await written(formId, include)).sort());
  }

  const rowsOf = (count: number, more: object = {}) =>
    Array.from({ length: count }, (_, i) => ({ name: `${i}`, ...more }));

  test('each feature is written once', async () => {
    const formId = await aForm(yard, [{ ...members, fields: [...members.fields, gps] }]);
    const here = { gps: { latitude: 1, longitude: 2 } };
    await submit(yard, formId, { members: rowsOf(5, here) }, now - day + 1);
    await requireWhole(formId, 'SUBMISSIONS_GEOJSON', () =>
      submit(yard, formId, { members: rowsOf(3, here) }, now - day),
    );
  });

  test('each file is copied once', async () => {
    const formId = await aForm(yard, [{ ...members, fields: [...members.fields, photo] }]);
    const withPhotos = async (at: number) => {
      const id = await submit(yard, formId, { members: rowsOf(4) }, at);
      for (let i = 0; i < 4; i++) {
        addFile(yard, id, { fieldId: `members[${i}].photo`, at: ['members', i, 'photo'], filename: `${i}.jpg` });
      }
    };
    await withPhotos(now - day + 1);
    await requireWhole(formId, 'SUBMISSIONS_MEDIA', () => withPhotos(now - day));
  });
});
