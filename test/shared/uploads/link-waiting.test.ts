import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bytesOfLinks } from '../../../shared/media/links.ts';
import { withRoom } from '../../../shared/uploads/link-late.ts';
import type { Call } from '../../support/dynamodb-fake.ts';
import { injectFaults } from '../support/injected-faults.ts';
import { Yard } from './yard.ts';

/** A submission that arrives after more photos than one transaction can link. */

const local = 'many';
const count = 180;
const placeOf = (i: number) => `members[${i}].face`;
const data = { members: Array.from({ length: count }, () => ({ face: 'x.jpg' })) };

let yard: Yard;
let id: string;
beforeEach(async () => {
  yard = new Yard();
  await yard.publishForm();
  for (let i = 0; i < count; i++) await yard.upload(local, placeOf(i), i);
  id = await yard.submit(local, data);
});
afterEach(() => yard.end());

const waiting = () => yard.files().filter(({ state }) => state === 'waiting').length;
const filesOf = async () => (await yard.read(id)).media.map(({ field_id, filename }) => [field_id, filename]);
const all = Array.from({ length: count }, (_, i) => [placeOf(i), `${i}.jpg`]);

const isWrite = ({ operation }: Call): boolean => operation === 'TransactWriteCommand';

/** Delivers the message that asks to link the other photos. */
async function linkTheOthers(): Promise<void> {
  yard.relay();
  yard.waiting = yard.waiting.filter(({ localUuid }) => localUuid !== undefined);
  expect(yard.waiting).toHaveLength(1);
  await yard.step();
}

test('every photo is linked, and its links are read once for all of them', async () => {
  const [calls, rows] = [yard.database.calls.length, yard.database.rowsQueried];
  await linkTheOthers();
  const writes = yard.database.calls.slice(calls).filter(isWrite).length;
  expect(writes).toBe(Math.ceil((count - 25) / 25));
  // The rows of the photos that are linked already, and of those that wait.
  expect(yard.database.rowsQueried - rows).toBe(count);
  expect([waiting(), await filesOf()]).toEqual([0, all]);
});

test('with a slow database the worker ends in time, and another message continues with the rest', async () => {
  const runs: number[] = [];
  yard.database.before = (call) => {
    if (isWrite(call)) vi.setSystemTime(Date.now() + 15_000);
  };
  for (await linkTheOthers(); ; await linkTheOthers()) {
    runs.push(waiting());
    if (yard.waiting.length === 0) break;
  }
  yard.database.before = () => undefined;
  // Three transactions of 25 photos in 45 seconds, and then the time is up.
  expect(runs).toEqual([count - 25 - 75, count - 25 - 150, 0]);
  expect(await filesOf()).toEqual(all);
});

test('a worker that crashes again and again continues with the photos that still wait', async () => {
  const later = Array.from({ length: 12 }, (_, i) => i);
  const heal = injectFaults(
    yard.database,
    later.flatMap((i) => [
      { in: i, when: 'before' as const },
      { in: i, when: 'after' as const },
    ]),
  );
  await linkTheOthers();
  while (yard.waiting.length > 0) await yard.step();
  heal();
  expect([waiting(), await filesOf()]).toEqual([0, all]);
});

test('a photo that is sent again meanwhile stays, and the others are linked', async () => {
  let isSent = false;
  yard.database.before = async (call) => {
    if (isSent || !isWrite(call)) return;
    isSent = true;
    await yard.upload(local, placeOf(30), 999);
  };
  await linkTheOthers();
  expect(yard.waiting).toEqual([]);
  expect(await filesOf()).toEqual(all.with(30, [placeOf(30), '999.jpg']));
  // The replaced photo stays until it expires.
  expect(waiting()).toBe(1);
});

test('a waiting photo replaces an older one, but none that is sent at that moment', async () => {
  const now = Date.now();
  vi.setSystemTime(now - 60_000);
  for (const i of [30, 31]) await yard.upload(local, placeOf(i), 500);
  vi.setSystemTime(now);
  let writes = 0;
  yard.database.before = async (call) => {
    // After the transactions for the free places.
    if (isWrite(call) && writes++ === Math.ceil((count - 27) / 25)) await yard.upload(local, placeOf(30), 999);
  };
  await linkTheOthers();
  expect(await filesOf()).toEqual(all.with(30, [placeOf(30), '999.jpg']));
});

test('a submission gets as many files as it may have, and no more', () => {
  const link = (i: number) =>
    ({ mediaId: `m${i}`, fieldId: placeOf(i), filename: 'a.jpg', bytes: 1, at: [i] }) as never;
  const links = Array.from({ length: 4997 }, (_, i) => link(i));
  const late = Array.from({ length: 6 }, (_, i) => ({ link: link(5000 + i) }));
  expect(withRoom(links, late)).toEqual(late.slice(0, 3));
});

test('a file whose name is too long for the remaining room is skipped', () => {
  const link = (filename: string) => ({ mediaId: 'm', fieldId: 'f', filename, bytes: 1, at: ['f'] }) as never;
  const used = [link('a'.repeat(1_750_000))];
  const room = 1.75 * 1024 * 1024 - bytesOfLinks([...used, link('')]);
  const [tooLong, fits, second] = [room + 1, room, 0].map((bytes) => ({ link: link('b'.repeat(bytes)) }));
  expect(withRoom(used, [tooLong!, fits!, second!])).toEqual([fits]);
});
