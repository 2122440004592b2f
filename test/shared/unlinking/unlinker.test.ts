import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { creates } from '../../../shared/entity/create.ts';
import { deletes } from '../../../shared/entity/delete.ts';
import { gets } from '../../../shared/entity/read.ts';
import { unlinks } from '../../../shared/entity/unlink.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { UnlinkMessage } from '../../../shared/messages/unlink.ts';
import { workspaceKeys } from '../../../shared/table/keys/workspaces.ts';
import { Unlinker } from '../../../shared/unlinking/unlinker.ts';
import { takeMessages } from '../../support/aws-fake.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { ordersOf } from '../../support/orders.ts';
import { boxes, locks, rules, yards } from '../entity/kinds.ts';
import { caller, tenant, workspaceOf } from '../support/people.ts';

/** The worker that ends references: many of them, in steps, repeatedly, and with the right actor. */

const me = caller(tenant(1, 'enterprise'));
const { reference } = me.tenant;
const unlinker = new Unlinker([unlinks(boxes), unlinks(locks), unlinks(rules)]);
let database: DynamoDbFake;
let outgoing: string[];
let stopTaking: () => void;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
  vi.stubEnv('REFERENCES_UNLINK_QUEUE_URL', 'https://sqs.eu-west-1.amazonaws.com/0/references-unlink');
  outgoing = [];
  stopTaking = takeMessages(({ MessageBody }) => outgoing.push(MessageBody));
  database = new DynamoDbFake();
  database.set('main', { ...workspaceOf(me.tenant), ...workspaceKeys.workspace(reference) });
});
afterEach(() => {
  database.restore();
  stopTaking();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

let number = 0;
const yard = async () =>
  (
    await creates(yards)
      .open()
      .create(me, { name: `Yard ${++number}` }, unrecorded)
  ).id;

/** Rules that refer to a yard, in their written form, without the quota of their kind. */
async function watchers(yardId: string, many: number): Promise<string[]> {
  const { quota: _, ...unlimited } = rules;
  const { create } = creates(unlimited).open();
  const draft = { name: 'Rule', scope: { lockId: null }, yardId, yardIds: [yardId] };
  const made = await Promise.all(Array.from({ length: many }, () => create(me, draft, unrecorded)));
  return made.map(({ id }) => id);
}

const rows = (part: string) => database.rows('main').filter(({ pk }) => String(pk).includes(part));
const messages = () =>
  rows('#outbox')
    .flatMap(ordersOf)
    .map(({ message }) => UnlinkMessage.parse(message));
const sent = () => outgoing.map((body) => JSON.parse(body));

async function gone(id: string): Promise<UnlinkMessage> {
  await deletes(yards).open().delete(me, id, undefined);
  return messages().at(-1)!;
}

test('every reference becomes null or leaves its list, page after page; each entity has its own audit entry', async () => {
  const id = await yard();
  const ids = await watchers(id, 230);
  await unlinker.run(await gone(id));
  expect(rows('#references')).toEqual([]);
  for (const one of [ids[0]!, ids[229]!]) {
    expect(await gets(rules).open().get(me.tenant, one)).toMatchObject({ yardId: null, yardIds: [], version: 3 });
  }
  const events = rows('#outbox').filter(({ action }) => action === 'rule.update');
  expect(events).toHaveLength(460);
  expect(new Set(events.map(({ actor }) => actor))).toEqual(new Set(['system']));
  const changes = events.map(({ changes }) => String(changes)).filter((text) => text.includes('"yardId"'));
  expect(JSON.parse(changes[0]!)).toEqual({ yardId: [id, null] });
  expect(sent()).toEqual([]);
});

test('what belongs to it is deleted, and the next level by a message of its own', async () => {
  const id = await yard();
  const box = await creates(boxes).open().create(me, { yard_id: id, label: 'B', made_by: 'me' }, unrecorded);
  const lock = await creates(locks).open().create(me, { boxId: box.id, key: 'k' }, unrecorded);
  await unlinker.run(await gone(id));
  await expect(gets(boxes).open().get(me.tenant, box.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await gets(locks).open().get(me.tenant, lock.id)).toMatchObject({ id: lock.id });
  await unlinker.run(messages().at(-1)!);
  await expect(gets(locks).open().get(me.tenant, lock.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect([...rows('#entity'), ...rows('#thin'), ...rows('#references'), ...rows('#unique')]).toEqual([]);
});

test('what it cannot do in its time it requests again, and continues where it was', async () => {
  const id = await yard();
  await watchers(id, 30);
  const message = await gone(id);
  let writes = 0;
  database.before = ({ operation }) => {
    if (operation === 'TransactWriteCommand' && ++writes === 20) vi.advanceTimersByTime(50_000);
  };
  await unlinker.run(message);
  expect(sent()).toEqual([message]);
  const left = rows('#references').length;
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(60);
  await unlinker.run(message);
  expect(rows('#references')).toEqual([]);
});

test('killed anywhere and delivered again, twice at once, it ends the same', async () => {
  const id = await yard();
  const [one = ''] = await watchers(id, 5);
  const message = await gone(id);
  for (let calls = 1; rows('#references').length > 0; calls++) {
    let seen = 0;
    database.before = () => {
      if (++seen > calls) throw fault('TimeoutError');
    };
    await Promise.allSettled([unlinker.run(message), unlinker.run(message)]);
  }
  database.before = () => undefined;
  await unlinker.run(message);
  expect(await gets(rules).open().get(me.tenant, one)).toMatchObject({ yardId: null, yardIds: [], version: 3 });
});

test('many lost races in a row are no failure while there is time', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0); // no waits
  const id = await yard();
  await watchers(id, 3);
  const message = await gone(id);
  const losing = (times: number) => {
    let left = times;
    database.before = ({ operation }) => {
      if (operation === 'TransactWriteCommand' && left-- > 0) throw fault('TransactionConflictException');
    };
  };
  losing(100);
  await unlinker.run(message);
  expect(rows('#references')).toEqual([]);
  const other = await yard();
  await watchers(other, 1);
  const late = await gone(other);
  database.before = ({ operation }) => {
    if (operation !== 'TransactWriteCommand') return;
    vi.advanceTimersByTime(10_000);
    throw fault('TransactionConflictException');
  };
  await expect(unlinker.run(late)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  database.before = () => undefined;
  vi.restoreAllMocks();
});

test('a reference that nobody ends fails, so that its message is kept', async () => {
  const id = await yard();
  await watchers(id, 1);
  await expect(new Unlinker([]).run(await gone(id))).rejects.toThrow('Nothing in shared/unlinking/register.ts');
});

test('for a deleted workspace there is nothing to do', async () => {
  const id = await yard();
  await watchers(id, 1);
  const message = await gone(id);
  const { pk, sk } = workspaceKeys.workspace(reference);
  database.remove('main', pk, sk);
  await unlinker.run(message);
  expect(rows('#references')).toHaveLength(2);
});
