import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { patches, replaces } from '../../../shared/entity/change.ts';
import { creates } from '../../../shared/entity/create.ts';
import { deletes } from '../../../shared/entity/delete.ts';
import { optional, required, serverSet } from '../../../shared/entity/fields.ts';
import { defineKind, type Hook } from '../../../shared/entity/kind.ts';
import { gets } from '../../../shared/entity/read.ts';
import { touchEntity } from '../../../shared/entity/touch.ts';
import { unlinks } from '../../../shared/entity/unlink.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { UnlinkMessage } from '../../../shared/messages/unlink.ts';
import { problem } from '../../../shared/problems/problem.ts';
import { entityKeys } from '../../../shared/table/keys/entities.ts';
import { Table } from '../../../shared/table/table.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { ordersOf } from '../../support/orders.ts';
import { caller, tenant } from '../support/people.ts';
import { boxes, deeds, locks, rules, yards } from './kinds.ts';

/** Responses and their effects in cases that the model does not cover. */

const me = caller(tenant(1, 'free'));
let database: DynamoDbFake;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
});

let number = 0;
const yard = (more: object = {}) =>
  creates(yards)
    .open()
    .create(me, { name: `Yard ${++number}`, ...more }, unrecorded);
const box = (yard_id: string, more: object = {}) =>
  creates(boxes)
    .open()
    .create(me, { yard_id, label: `Box ${++number}`, made_by: 'me', ...more }, unrecorded);
const lock = (boxId: string) => creates(locks).open().create(me, { boxId, key: 'k' }, unrecorded);
const rule = (more: object = {}) =>
  creates(rules)
    .open()
    .create(me, { name: 'Rule', scope: { lockId: null }, ...more }, unrecorded);

const refused = (code: string, more: object = {}) => ({ name: 'Problem', code, ...more });
const unknown = (...loc: (string | number)[]) => ({
  type: 'unknown_reference',
  loc: ['body', ...loc],
  msg: expect.any(String),
});
const events = () =>
  database
    .rows('main')
    .filter(({ pk }) => String(pk).endsWith('#outbox'))
    .map(({ action, actor, changes, orders }) => ({
      action,
      actor,
      changes: JSON.parse(String(changes)),
      ...(orders ? { orders: JSON.parse(String(orders)) } : {}),
    }));

describe('the audit log', () => {
  test('records the non-empty fields of a create and a delete, and the changed fields of a change', async () => {
    const { id } = await yard({ name: 'North' });
    vi.advanceTimersByTime(1000);
    await patches(yards).open().patch(me, id, { size: 2, note: null }, undefined);
    vi.advanceTimersByTime(1000);
    await deletes(yards).open().delete(me, id, undefined);
    const actor = me.principal;
    expect(events()).toEqual([
      { action: 'yard.create', actor, changes: { name: [null, 'North'] } },
      { action: 'yard.update', actor, changes: { size: [1, 2] } },
      {
        action: 'yard.delete',
        actor,
        changes: { name: ['North', null], size: [2, null] },
        orders: [{ worker: 'references/unlink', message: { tenant: me.tenant.reference, kind: 'yard', id } }],
      },
    ]);
  });

  test('records that a secret changed, and only the size of a large value', async () => {
    const { id } = await box((await yard()).id, { pin: '1234' });
    await patches(boxes).open().patch(me, id, { pin: '5678' }, undefined);
    await yard({ metadata: { text: 'x'.repeat(5000) } });
    const recorded = events().map(({ changes }) => changes);
    expect(recorded[1].pin).toEqual([null, '(hidden)']);
    expect(recorded[2]).toEqual({ pin: ['(hidden)', '(hidden)'] });
    expect(recorded[3].metadata).toEqual([null, { bytes: 5011 }]);
    expect(JSON.stringify(recorded)).not.toMatch(/1234|5678/);
  });

  test('has no entry where nothing changes, and the version stays', async () => {
    const made = await yard({ metadata: { a: { b: [1] } } });
    const same = { name: made.name, size: 1, note: null, metadata: { a: { b: [1] } } };
    expect(await patches(yards).open().patch(me, made.id, same, undefined)).toEqual(made);
    expect(await replaces(yards).open().replace(me, made.id, same, undefined)).toEqual(made);
    expect(events()).toHaveLength(1);
  });
});

describe('a unique value', () => {
  test('is free again once it is changed or its entity is deleted; in another parent it was never taken', async () => {
    const [one, other] = [await yard(), await yard()];
    const first = await box(one.id, { label: 'A' });
    await box(other.id, { label: 'A' });
    await expect(box(one.id, { label: 'A' })).rejects.toMatchObject(
      refused('CONFLICT', { details: { field: 'label' } }),
    );
    await patches(boxes).open().patch(me, first.id, { label: 'B' }, undefined);
    const second = await box(one.id, { label: 'A' });
    await expect(patches(boxes).open().patch(me, second.id, { label: 'B' }, undefined)).rejects.toMatchObject(
      refused('CONFLICT'),
    );
    await deletes(boxes).open().delete(me, first.id, undefined);
    await patches(boxes).open().patch(me, second.id, { label: 'B' }, undefined);
  });

  test('is compared exactly, and may be any text', async () => {
    for (const name of ['a', 'A', 'a ', '\u00e1', 'a\u0301', '#', '"a"', 'x'.repeat(2000)]) await yard({ name });
    await expect(yard({ name: '#' })).rejects.toMatchObject(refused('CONFLICT'));
  });

  test('of a version is reported as one', async () => {
    const deed = () => creates(deeds).open().create(me, { name: 'D', version: '1.0' }, unrecorded);
    await deed();
    await expect(deed()).rejects.toMatchObject(refused('VERSION_EXISTS', { details: { version: '1.0' } }));
  });
});

describe('a quota', () => {
  test('counts in its parent, and is released when it is deleted', async () => {
    const [one, other] = [await yard(), await yard()];
    const [first] = [await box(one.id), await box(one.id), await box(one.id)];
    const full = refused('QUOTA_EXCEEDED', { details: { resource: 'boxes', limit: 3, used: 3 } });
    await expect(box(one.id)).rejects.toMatchObject(full);
    await box(other.id);
    await deletes(boxes).open().delete(me, first.id, undefined);
    await box(one.id);
    await expect(box(one.id)).rejects.toMatchObject(full);
  });

  test('of the plan has the limit of the plan, or none', async () => {
    const deed = (of: typeof me, version: string) =>
      creates(deeds).open().create(of, { name: 'D', version }, unrecorded);
    await deed(me, '1.0');
    await deed(me, '1.1');
    await expect(deed(me, '1.2')).rejects.toMatchObject(
      refused('QUOTA_EXCEEDED', { details: { resource: 'webhooks', limit: 2, used: 2 } }),
    );
    const unlimited = caller(tenant(2, 'enterprise'));
    for (let i = 0; i < 5; i++) await deed(unlimited, `1.${i}`);
    expect(database.rows('access').map(({ pk, used }) => [pk, used])).toContainEqual([
      `${unlimited.tenant.reference}#quota`,
      5,
    ]);
  });

  test('comes last: unknown references and taken values are reported before it', async () => {
    const { id } = await yard();
    await Promise.all(['A', 'B', 'C'].map((label) => box(id, { label })));
    await expect(box('nowhere', { label: 'A' })).rejects.toMatchObject({ fields: [unknown('yard_id')] });
    await expect(box(id, { label: 'A' })).rejects.toMatchObject(refused('CONFLICT'));
    await expect(box(id, { label: 'D' })).rejects.toMatchObject(refused('QUOTA_EXCEEDED'));
  });
});

describe('a reference', () => {
  test('that names nothing is reported at its place, in lists and objects too', async () => {
    const { id } = await yard();
    for (const [body, loc] of [
      [{ scope: { lockId: 'x' } }, ['scope', 'lockId']],
      [{ yardId: 'x' }, ['yardId']],
      [{ yardIds: [id, 'x'] }, ['yardIds', 1]],
      [{ yardId: id, yardIds: [id, id] }, undefined],
    ] as const) {
      const made = rule(body);
      if (loc) await expect(made).rejects.toMatchObject(refused('VALIDATION_ERROR', { fields: [unknown(...loc)] }));
      else await made;
    }
  });

  test('of another kind, or of another tenant, names nothing', async () => {
    const { id } = await yard();
    const { id: boxId } = await box(id);
    await expect(rule({ yardId: boxId })).rejects.toMatchObject({ fields: [unknown('yardId')] });
    const stranger = caller(tenant(2));
    const draft = { name: 'Rule', scope: { lockId: null }, yardId: id, boxIds: [boxId] };
    await expect(creates(rules).open().create(stranger, draft, unrecorded)).rejects.toMatchObject({
      fields: [unknown('boxIds', 0)],
    });
    const { boxIds: _, ...rest } = draft;
    await expect(creates(rules).open().create(stranger, rest, unrecorded)).rejects.toMatchObject({
      fields: [unknown('yardId')],
    });
  });

  test('that is kept is looked up however many there are, and may name nothing later', async () => {
    const yardIds = await Promise.all(Array.from({ length: 50 }, () => yard().then(({ id }) => id)));
    const made = await Promise.all(yardIds.flatMap((id) => [box(id), box(id), box(id)]));
    const ids = made.map(({ id }) => id);
    const { id } = await rule({ boxIds: [...ids, ...ids] });
    const more = [...ids.slice(0, 120), 'x', 'y', ...ids.slice(120)];
    const { patch } = patches(rules).open();
    await expect(patch(me, id, { boxIds: more }, undefined)).rejects.toMatchObject({
      fields: [unknown('boxIds', 120), unknown('boxIds', 121)],
    });
    await deletes(boxes).open().delete(me, ids[7]!, undefined);
    expect((await patch(me, id, { boxIds: ids.slice(0, 100) }, undefined)).boxIds).toContain(ids[7]);
    await expect(rule({ boxIds: [ids[7]] })).rejects.toMatchObject({ fields: [unknown('boxIds', 0)] });
  });
});

describe('what others hold', () => {
  test('is in use, as are all of its parents; the response names the entities that refer to it', async () => {
    const { id: yardId } = await yard();
    const { id: boxId } = await box(yardId);
    const { id: lockId } = await lock(boxId);
    const holder = await rule({ scope: { lockId } });
    const references = [{ kind: 'rule', id: holder.id }];
    for (const [kind, id] of [
      [locks, lockId],
      [boxes, boxId],
      [yards, yardId],
    ] as const) {
      const gone = deletes(kind).open().delete(me, id, undefined);
      await expect(gone).rejects.toMatchObject(refused('IN_USE', { details: { references } }));
    }
    await patches(rules)
      .open()
      .patch(me, holder.id, { scope: { lockId: null } }, undefined);
    await deletes(yards).open().delete(me, yardId, undefined);
  });

  test('names at most 20 of them, each once', async () => {
    const { id } = await yard();
    const of = caller(tenant(1, 'enterprise'));
    for (let i = 0; i < 25; i++) {
      await creates(deeds)
        .open()
        .create(of, { name: 'D', version: `1.${i}`, about: 'yard', about_id: id }, unrecorded);
    }
    const references = await deletes(yards)
      .open()
      .delete(me, id, undefined)
      .catch(({ details }) => details.references);
    expect(references).toHaveLength(20);
    expect(new Set(references.map((one: { id: string }) => one.id)).size).toBe(20);
  });

  test('is reported after its version', async () => {
    const { id } = await yard();
    await creates(deeds).open().create(me, { name: 'D', version: '1.0', about: 'yard', about_id: id }, unrecorded);
    const never = { matches: () => false };
    await expect(deletes(yards).open().delete(me, id, never)).rejects.toMatchObject(refused('PRECONDITION_FAILED'));
  });
});

test('a fixed field never changes, whoever the caller is', async () => {
  const { id } = await box((await yard()).id);
  const before = await gets(boxes).open().get(me.tenant, id);
  const elsewhere = { yard_id: (await yard()).id, label: 'New' };
  const after = await patches(boxes)
    .open()
    .patch(me, id, elsewhere as object, undefined);
  expect(after).toEqual({ ...before, label: 'New', version: 2, updated_at: expect.any(String) });
  const replaced = await replaces(boxes)
    .open()
    .replace(me, id, { ...elsewhere, label: 'Newer' }, undefined);
  expect(replaced).toMatchObject({ yard_id: before.yard_id, made_by: 'me', label: 'Newer', color: null });
});

test('what our own code sets is changed by our own code', async () => {
  const { id } = await box((await yard()).id);
  expect(await patches(boxes).open().patch(me, id, { made_by: 'you' }, undefined)).toMatchObject({ made_by: 'you' });
});

describe('a hook', () => {
  const main = new Table('main');
  const seen: unknown[] = [];
  const fields = { name: required(yards.fields.name.given, yards.fields.name.shown) };
  const hook: Hook<typeof fields> = {
    act: async (transaction, { tenant: { reference } }, before, after) => {
      seen.push([before?.values.name, after?.values.name]);
      if (after?.values.name === 'never') throw problem('SCHEMA_INVALID', 'Never.');
      if (after) transaction.put(main, entityKeys.thin(reference, 'echo', after.id), { name: after.values.name });
    },
    tables: { main: ['PutItem'], access: ['GetItem'] },
    raises: ['SCHEMA_INVALID'],
  };
  const kind = defineKind({ name: 'hooked', letters: 'camelCase', fields, filters: {}, hook });

  test('sees every write, adds to it and refuses it', async () => {
    const { id } = await creates(kind).open().create(me, { name: 'a' }, unrecorded);
    await patches(kind).open().patch(me, id, { name: 'b' }, undefined);
    expect(database.row('main', `${me.tenant.reference}#thin#echo`, id)).toMatchObject({ name: 'b' });
    await expect(patches(kind).open().patch(me, id, { name: 'never' }, undefined)).rejects.toMatchObject(
      refused('SCHEMA_INVALID'),
    );
    await deletes(kind).open().delete(me, id, undefined);
    expect(seen).toEqual([
      [undefined, 'a'],
      ['a', 'b'],
      ['b', 'never'],
      ['b', undefined],
    ]);
    expect(events().map(({ action }) => action)).toEqual(['hooked.create', 'hooked.update', 'hooked.delete']);
  });

  test('is granted what it says, and its problems are declared', () => {
    expect(creates(kind)).toMatchObject({
      tables: { main: ['PutItem'], access: ['GetItem'] },
      raises: ['SCHEMA_INVALID'],
    });
  });
});

describe('values that follow from others', () => {
  const fields = {
    name: required(yards.fields.name.given, yards.fields.name.shown),
    long: serverSet(optional(z.int(), z.int())),
  };
  const asked: unknown[] = [];
  const kind = defineKind({
    name: 'settled',
    letters: 'camelCase',
    fields,
    unique: { name: {} },
    filters: {},
    settles: {
      tables: { telemetry: ['Query'] },
      settle: async (_, before, after, given) => {
        asked.push([before?.name, after.name, Object.keys(given)]);
        return { ...after, long: after.name.length };
      },
    },
    followedBy: {
      messages: [UnlinkMessage],
      ordersOf: (reference, id, before, after) =>
        before?.long === after.long ? [] : [UnlinkMessage.order({ tenant: reference, kind: 'settled', id })],
    },
  });

  test('are worked out before a body is written, and again after a lost race', async () => {
    const made = await creates(kind).open().create(me, { name: 'abc' }, unrecorded);
    expect(made).toMatchObject({ name: 'abc', long: 3 });
    let races = 1;
    database.before = ({ operation }) => {
      if (operation === 'TransactWriteCommand' && races-- > 0) throw fault('TransactionConflictException');
    };
    expect(await patches(kind).open().patch(me, made.id, { name: 'abcd' }, undefined)).toMatchObject({ long: 4 });
    database.before = () => undefined;
    expect(asked).toEqual([
      [undefined, 'abc', ['name']],
      ['abc', 'abcd', ['name']],
      ['abc', 'abcd', ['name']],
    ]);
  });

  test('cause messages with the write, only if the kind says so', async () => {
    const { id } = await creates(kind).open().create(me, { name: 'xy' }, unrecorded);
    vi.advanceTimersByTime(1);
    await patches(kind).open().patch(me, id, { name: 'yx' }, undefined);
    vi.advanceTimersByTime(1);
    await patches(kind).open().patch(me, id, { name: 'yxz' }, undefined);
    const orders = database
      .rows('main')
      .filter(({ resourceId }) => resourceId === id)
      .sort((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1))
      .map((row) => ordersOf(row).map(({ worker }) => worker));
    expect(orders).toEqual([['references/unlink'], [], ['references/unlink']]);
  });

  test('are granted and declared', () => {
    for (const capability of [creates(kind), patches(kind)]) {
      expect(capability.tables?.telemetry).toEqual(['Query']);
      expect(capability.handsTo).toEqual([UnlinkMessage]);
      expect(capability.raises).toContain('VALIDATION_ERROR');
    }
    expect(deletes(kind).tables?.telemetry).toBeUndefined();
    expect(unlinks(kind).handsTo).toEqual([UnlinkMessage, UnlinkMessage]);
  });
});

test.each([
  ['create', creates(boxes), ['VALIDATION_ERROR', 'CONFLICT', 'QUOTA_EXCEEDED']],
  ['get', gets(boxes), ['NOT_FOUND']],
  ['patch', patches(boxes), ['NOT_FOUND', 'PRECONDITION_FAILED', 'VALIDATION_ERROR', 'CONFLICT']],
  ['delete', deletes(boxes), ['NOT_FOUND', 'PRECONDITION_FAILED', 'IN_USE']],
  ['create', creates(deeds), ['VALIDATION_ERROR', 'VERSION_EXISTS', 'QUOTA_EXCEEDED']],
  ['delete', deletes(deeds), ['NOT_FOUND']],
  ['create', creates(yards), ['CONFLICT']],
])('%s raises %o', (_, capability, codes) => {
  expect(capability.raises).toEqual(codes);
});

describe('a touch', () => {
  const read = (id: string) => gets(yards).open().get(me.tenant, id);

  test('changes what is kept and lists, and neither version nor instant nor log', async () => {
    const made = await yard();
    const before = events().length;
    vi.advanceTimersByTime(1000);
    expect(await touchEntity(yards, me, made.id, (values) => ({ ...values, size: 7 }))).toBe(true);
    expect(await read(made.id)).toEqual({ ...made, size: 7 });
    expect(events()).toHaveLength(before);
    expect(await touchEntity(yards, me, 'unknown', (values) => values)).toBe(false);
  });

  test('and a change of somebody else at the same time both stand, whichever is first', async () => {
    const { id } = await yard();
    const change = () =>
      patches(yards)
        .open()
        .patch(me, id, { note: `${++number}` }, undefined);
    const touch = () => touchEntity(yards, me, id, (values) => ({ ...values, size: values.size + 1 }));
    vi.useRealTimers();
    await Promise.all([touch(), change(), touch(), change(), touch()]);
    expect(await read(id)).toMatchObject({ size: 4, version: 3, note: expect.any(String) });
    await touch();
    await change();
    expect(await read(id)).toMatchObject({ size: 5, version: 4 });
  });
});
