import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { annotationsOf } from '../../shared/analytics/annotations-of.ts';
import { platform } from '../platform/in-process.ts';
import { relayEvents } from '../platform/stream.ts';
import { runs } from '../support/thorough.ts';
import { make } from './kinds.ts';
import { newWorld, type World } from './world.ts';

/** Annotations of objects: their class, their time, and what happens to them when something is deleted. */

let world: World;
let classId: string;
beforeAll(async () => {
  world = await newWorld();
  classId = await make('annotation_class', world);
});

const call = async (name: Parameters<World['call']>[0], asked: object, status: number) => {
  const answer = await world.call(name, asked);
  expect(answer.status, JSON.stringify(answer.body)).toBe(status);
  return answer.body;
};
const at = (hour: number): string => new Date(Date.UTC(2026, 2, 17, hour)).toISOString().replace('.000Z', 'Z');

const annotate = (scopeType: string, scopeId: string, more: object = {}) =>
  call('annotations/create', { body: { classId, scopeType, scopeId, from: at(12), ...more } }, 201);
const isThere = async (name: 'annotations/get' | 'reference-pairs/get', id: string) =>
  (await world.call(name, { params: { id } })).status === 200;

/** A device with a component and a sensor. */
async function plant() {
  const deviceId = await make('device', world);
  const component = await call('components/create', { body: { deviceId, name: 'boiler' } }, 201);
  const sensor = await call(
    'sensors/create',
    { body: { componentId: component.id, key: 'temperature', valueType: 'DOUBLE' } },
    201,
  );
  return { deviceId, componentId: component.id as string, sensorId: sensor.id as string };
}

test('annotations go with the object that they are about, and with whatever that belongs to', async () => {
  const { deviceId, componentId, sensorId } = await plant();
  const siteId = await make('site', world);
  const other = await annotate('DEVICE', await make('device', world));
  const made = [
    await annotate('SITE', siteId),
    await annotate('DEVICE', deviceId),
    await annotate('COMPONENT', componentId),
    await annotate('SENSOR', sensorId),
  ];
  const there = () => Promise.all(made.map(({ id }) => isThere('annotations/get', id)));
  await call('sites/delete', { params: { id: siteId } }, 204);
  await relayEvents();
  expect(await there()).toEqual([false, true, true, true]);
  await call('devices/delete', { params: { id: deviceId } }, 204);
  for (let hop = 0; hop < 4; hop++) await relayEvents();
  expect(await there()).toEqual([false, false, false, false]);
  expect(await isThere('annotations/get', other.id)).toBe(true);
  const rows = platform.database.rows('main').filter(({ pk }) => /#annotations#/.test(String(pk)));
  expect(
    rows.filter(({ pk }) => [siteId, deviceId, componentId, sensorId].some((id) => String(pk).endsWith(id))),
  ).toEqual([]);
});

test('an object of another type does not exist for an annotation', async () => {
  const { deviceId } = await plant();
  const body = { classId, scopeType: 'SENSOR', scopeId: deviceId, from: at(12) };
  const { detail } = await call('annotations/create', { body }, 422);
  expect(detail).toMatchObject([{ type: 'unknown_reference', loc: ['body', 'scopeId'] }]);
});

test('a class is deleted after its last annotation', async () => {
  const id = await make('annotation_class', world);
  const made = await annotate('DEVICE', await make('device', world), { classId: id });
  const { details } = await call('annotation-classes/delete', { params: { id } }, 409);
  expect(details).toEqual({ references: [{ kind: 'annotation', id: made.id }] });
  await call('annotations/delete', { params: { id: made.id } }, 204);
  await call('annotation-classes/delete', { params: { id } }, 204);
});

test('a class that became stricter refuses new values, and no other change of annotations that exist', async () => {
  const id = await make('annotation_class', world);
  const made = await annotate('DEVICE', await make('device', world), { classId: id, values: { minutes: 3 } });
  const { fields } = await call('annotation-classes/get', { params: { id } }, 200);
  const stricter = [...fields, { key: 'seen', type: 'boolean', required: true }];
  await call('annotation-classes/patch', { params: { id }, body: { fields: stricter, allowedScopes: ['SITE'] } }, 200);
  const params = { id: made.id };
  expect(await call('annotations/patch', { params, body: { note: 'Seen' } }, 200)).toMatchObject({ version: 2 });
  const { detail } = await call('annotations/patch', { params, body: { values: { minutes: 4 } } }, 422);
  expect(detail.map(({ loc }: { loc: string[] }) => loc.slice(1))).toEqual([['scopeType'], ['values', 'seen']]);
});

test('values are checked against the class as it is when they are written, even if it changes meanwhile', async () => {
  const id = await make('annotation_class', world);
  const deviceId = await make('device', world);
  const { fields } = await call('annotation-classes/get', { params: { id } }, 200);
  const body = { classId: id, scopeType: 'DEVICE', scopeId: deviceId, from: at(12), values: {} };
  let isChanged = false;
  platform.database.before = async ({ operation }) => {
    if (operation !== 'TransactWriteCommand' || isChanged) return;
    isChanged = true;
    const stricter = [...fields, { key: 'seen', type: 'boolean', required: true }];
    await call('annotation-classes/patch', { params: { id }, body: { fields: stricter } }, 200);
  };
  const { detail } = await call('annotations/create', { body }, 422);
  platform.database.before = () => undefined;
  expect(detail).toMatchObject([{ type: 'missing', loc: ['body', 'values', 'seen'] }]);
});

test('values come back as they were sent, with all digits', async () => {
  const id = (
    await call(
      'annotation-classes/create',
      { body: { name: 'Digits', fields: [{ key: '__proto__', type: 'number' }] } },
      201,
    )
  ).id;
  const scopeId = await make('device', world);
  const asked = `{"classId":"${id}","scopeType":"DEVICE","scopeId":"${scopeId}","from":"${at(1)}","values":{"__proto__":613196570357137407.10}}`;
  const made = await world.call('annotations/create', { body: asked });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const stored = platform.database
    .rows('main')
    .find(({ pk, sk }) => sk === 'body' && String(pk).endsWith(made.body.id));
  expect(stored?.values).toContain('{"__proto__":613196570357137407.10}');
});

test('an instant of another offset is no change', async () => {
  const made = await annotate('DEVICE', await make('device', world), { to: at(13) });
  const body = { to: '2026-03-17T14:00:00+01:00' };
  expect(await call('annotations/patch', { params: { id: made.id }, body }, 200)).toMatchObject({ version: 1 });
});

const hour = fc.nat(9);
const period = fc.record({ from: hour, to: fc.option(fc.nat(4)) });

test('lists and exports find the annotations that share an instant with a span, and no others', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(period, { maxLength: 8 }),
      fc.array(fc.tuple(fc.nat(7), period), { maxLength: 3 }),
      hour,
      hour,
      async (periods, moves, one, other) => {
        const deviceId = await make('device', world);
        const dated = ({ from, to }: { from: number; to: number | null }) => ({
          from: at(from),
          to: to === null ? null : at(from + to),
        });
        const all: { id: string; from: string; to: string | null }[] = [];
        for (const each of periods) all.push(await annotate('DEVICE', deviceId, dated(each)));
        for (const [index, to] of moves) {
          if (!all[index]) continue;
          all[index] = await call('annotations/patch', { params: { id: all[index].id }, body: dated(to) }, 200);
        }
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const expected = all.filter((each) => each.from <= at(to) && (each.to ?? each.from) >= at(from));
        const query = `scopeType=DEVICE&scopeId=${deviceId}&from=${at(from)}&to=${at(to)}&limit=200`;
        const { data } = await call('annotations/list', { query }, 200);
        expect(data.map(({ id }: { id: string }) => id).toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
        const span = { from: Date.parse(at(from)), to: Date.parse(at(to)) };
        const read = [];
        for await (const page of annotationsOf(world.workspace.reference, 'DEVICE', deviceId, { span })) {
          read.push(...page.annotations);
        }
        const inOrder = expected.toSorted((a, b) => (a.from + a.id < b.from + b.id ? -1 : 1));
        expect(read.map(({ id }) => id)).toEqual(inOrder.map(({ id }) => id));
        for (const { className } of read) expect(className).toMatch(/^Defrosting/);
      },
    ),
    { numRuns: runs(200) },
  );
});

test('many annotations are read in pages, and reading can continue after any page', async () => {
  const deviceId = await make('device', world);
  for (let i = 0; i < 120; i++) await annotate('DEVICE', deviceId, { from: at(i % 10), to: at(20) });
  const span = { from: Date.parse(at(0)), to: Date.parse(at(23)) };
  const read = async (after?: string) => {
    const pages = [];
    for await (const page of annotationsOf(world.workspace.reference, 'DEVICE', deviceId, { span, after })) {
      pages.push(page);
    }
    return pages;
  };
  const pages = await read();
  const ids = pages.flatMap(({ annotations }) => annotations.map(({ id }) => id));
  expect([ids.length, new Set(ids).size, pages.length > 2]).toEqual([120, 120, true]);
  const after = (await read(pages[0]!.position)).flatMap(({ annotations }) => annotations.map(({ id }) => id));
  expect(after).toEqual(ids.slice(pages[0]!.annotations.length));
});

test('a component stays while pairs name it; pairs go with the device of one of their components', async () => {
  const [one, other] = [await plant(), await plant()];
  const body = { name: 'P', primaryComponentId: one.componentId, referenceComponentId: other.componentId, from: at(1) };
  const pair = await call('reference-pairs/create', { body }, 201);
  for (const id of [one.componentId, other.componentId]) {
    const { details } = await call('components/delete', { params: { id } }, 409);
    expect(details).toEqual({ references: [{ kind: 'reference_pair', id: pair.id }] });
  }
  await call('devices/delete', { params: { id: other.deviceId } }, 204);
  for (let hop = 0; hop < 3; hop++) await relayEvents();
  expect(await isThere('reference-pairs/get', pair.id)).toBe(false);
  await call('components/delete', { params: { id: one.componentId } }, 204);
});
