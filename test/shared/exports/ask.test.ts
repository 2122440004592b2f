import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type AskedFile, askForFiles } from '../../../shared/exports/ask.ts';
import { caller, person } from '../support/people.ts';
import { aForm, nextVersion, removeForm, rename, submit, text } from './forms.ts';
import { day, now, Yard } from './yard.ts';

/** Requests for a file of a form: which job answers them. */

let yard: Yard;
let formId: string;
beforeEach(async () => {
  yard = new Yard();
  formId = await aForm(yard, [text('n')]);
  await submit(yard, formId, { n: 'a' });
});
afterEach(() => yard.end());

function ask(more: Partial<AskedFile> = {}, by = yard.owner) {
  // Ids are in the order of their instants.
  vi.setSystemTime(Date.now() + 1);
  const asked = { formId, include: 'SUBMISSIONS_CSV' as const, from: undefined, to: undefined, ...more };
  return askForFiles.open().ask(by, asked, 0);
}

/** Asks, and lets the job become ready. */
async function asked(more: Partial<AskedFile> = {}) {
  const { sk } = await ask(more);
  await yard.work();
  return sk;
}

const jobs = () => yard.database.rows('main', ({ pk }) => String(pk).endsWith('#export'));
const minute = 60_000;

test('an equal request joins the job while it has not ended, also one of somebody else', async () => {
  const { sk } = await ask();
  expect((await ask()).sk).toBe(sk);
  expect((await ask({}, person('viewer', yard.tenant))).sk).toBe(sk);
  expect(jobs()).toHaveLength(1);
});

test('requests at the same instant make one job', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => ask()));
  expect(new Set(all.map(({ sk }) => sk)).size).toBe(1);
  expect(jobs()).toHaveLength(1);
});

test('a request for another form, range or kind of file has a job of its own', async () => {
  const other = await aForm(yard, [text('n')]);
  const span = { from: now - day, to: now - 1 };
  const all = [
    await ask(),
    await ask({ formId: other }),
    await ask({ include: 'SUBMISSIONS_GPX' }),
    await ask({ from: span }),
    await ask({ to: span }),
    await ask({ from: span, to: span }),
  ];
  expect(new Set(all.map(({ sk }) => sk)).size).toBe(6);
  // The file does not depend on how the range is spelled.
  expect((await ask({ from: { from: span.from, to: span.from } })).sk).toBe(all[3]!.sk);
});

describe('a job that is ready answers', () => {
  test('for ten minutes', async () => {
    const id = await asked();
    const { completedAt = 0 } = await ask();
    vi.setSystemTime(completedAt + 10 * minute - 2);
    expect(await ask()).toMatchObject({ sk: id, status: 'READY' });
    vi.setSystemTime(completedAt + 10 * minute);
    expect((await ask()).sk).not.toBe(id);
  });

  test('until something of the form is stored', async () => {
    const id = await asked();
    await submit(yard, formId, { n: 'b' }, now - 400 * day);
    expect((await ask()).sk).not.toBe(id);
  });

  test('also when a submission came in just before', async () => {
    vi.setSystemTime(Date.now() + 5 * minute);
    await submit(yard, formId, { n: 'b' });
    const id = await asked();
    expect((await ask()).sk).toBe(id);
  });

  test('whatever is stored of another form', async () => {
    const other = await aForm(yard, [text('n')]);
    const id = await asked();
    await submit(yard, other, { n: 'b' });
    expect((await ask()).sk).toBe(id);
  });

  test('not what was stored while it was being written', async () => {
    await ask();
    yard.store.before = async () => {
      yard.store.before = () => undefined;
      await submit(yard, formId, { n: 'b' });
    };
    await yard.work();
    const id = jobs()[0]!.sk;
    expect((await ask()).sk).not.toBe(id);
  });

  test('not what was stored while it was being begun', async () => {
    const { sk } = await ask();
    const { before } = yard.database;
    yard.database.before = async (call) => {
      if (call.operation !== 'QueryCommand' || !JSON.stringify(call.input).includes('#published#')) return;
      yard.database.before = before;
      await submit(yard, formId, { n: 'b' });
    };
    await yard.work();
    expect(await yard.get(sk)).toMatchObject({ status: 'READY', submissionCount: 1 });
    expect((await ask()).sk).not.toBe(sk);
  });

  test('until the form is renamed or published again', async () => {
    const id = await asked();
    await rename(yard, formId, 'Another name');
    const second = await asked();
    expect(second).not.toBe(id);
    await nextVersion(yard, formId, [text('n'), text('m')]);
    expect((await ask()).sk).not.toBe(second);
  });
});

test('a job that has failed does not answer, and neither does one that was deleted', async () => {
  const { sk } = await ask();
  const [row] = jobs();
  yard.database.set('main', { ...row, status: 'FAILED', errorCode: 'INTERNAL_ERROR' } as never);
  const next = await ask();
  expect(next.sk).not.toBe(sk);
  await yard.delete(next.sk);
  expect((await ask()).sk).not.toBe(next.sk);
});

test('a form that is deleted while its file is written is not found', async () => {
  const { sk } = await ask();
  await removeForm(yard, formId);
  await yard.work();
  await expect(ask()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await yard.get(sk)).toMatchObject({ status: 'FAILED', errorCode: 'SCOPE_GONE' });
  expect(yard.store.held()).toEqual([]);
});

test('a form of another workspace and an unknown one are not found', async () => {
  await expect(ask({}, caller({ ...yard.tenant, reference: 'AAAAAAAA' as never }))).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(ask({ formId: randomUUID() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(jobs()).toEqual([]);
});

test('a file that a request waits for notifies nobody, except webhooks', async () => {
  await ask({}, person('editor', yard.tenant));
  await yard.work();
  expect(yard.published().map(({ action }) => action)).toEqual(['export.ready']);
  const orders = yard.database.rows('main', ({ orders }) => String(orders).includes('notifications/notify'));
  expect(orders).toEqual([]);
});

test('jobs of forms and of devices run side by side, and those of forms one after the other', async () => {
  const device = await yard.ask({ scopeType: 'DEVICE', scopeId: await yard.device(), includes: ['LOCATIONS'] });
  const first = await ask();
  const second = await ask({ include: 'SUBMISSIONS_GPX' });
  const lanes = yard.database.rows('main', ({ pk }) => String(pk).includes('#export-lane#'));
  expect(lanes.map(({ pk, sk }) => `${String(pk).split('#').at(-1)} ${sk}`).sort()).toEqual([
    `forms ${first.sk}`,
    `forms ${second.sk}`,
    `tables ${device.id}`,
  ]);
});
