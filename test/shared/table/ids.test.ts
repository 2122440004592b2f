import { expect, test } from 'vitest';
import { createdAtOf, idAfter, idsCreatedIn, newId } from '../../../shared/table/ids.ts';

const now = Date.parse('2026-03-17T10:00:00Z');

test('ids are in the order in which they are made, also those of one millisecond', () => {
  const ids = Array.from({ length: 5000 }, (_, i) => newId(now + Math.floor(i / 1000)));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test('an id after another one sorts after it, even if another process made that for the same instant', () => {
  for (let i = 0; i < 1000; i++) {
    const earlier = newId(now);
    newId(now + 1); // the numbers of `now` begin at random again
    const [next, later] = [idAfter(earlier, now), idAfter(earlier, now + 1)];
    expect([earlier < next, next < idAfter(next, now), next < later]).toEqual([true, true, true]);
    expect([createdAtOf(next), createdAtOf(later)]).toEqual([now, now + 1]);
    expect(next).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

test('an id is a UUIDv7 of its instant, and no other process would make it', () => {
  const [id, earlier, again] = [newId(now), newId(now - 1), newId(now)];
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect([createdAtOf(id), createdAtOf(earlier)]).toEqual([now, now - 1]);
  expect(again.slice(24)).not.toBe(id.slice(24));
  const [first, last] = idsCreatedIn({ from: now, to: now });
  expect([first < id, id < last, first < earlier]).toEqual([true, true, false]);
});
