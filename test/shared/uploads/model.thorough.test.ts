import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { photo } from '../../support/forms.ts';
import { runs } from '../../support/thorough.ts';
import { faults, injectFaults, redelivered } from '../support/injected-faults.ts';
import { places, Yard } from './yard.ts';

/**
 * Photos, single submissions and bulks in any order, several at once, doubled, and killed at each call of the database and
 * of the store: one submission for each `local_uuid`, and each photo is linked once.
 */

const locals = ['a', 'b', 'c'] as const;
const local = fc.constantFrom(...locals);
const photoOf = { local, place: fc.constantFrom(...places), content: fc.nat(2) };

const action = fc.oneof(
  fc.record({ kind: fc.constant('upload' as const), ...photoOf }),
  fc.record({ kind: fc.constant('large' as const), ...photoOf }),
  fc.record({ kind: fc.constant('submit' as const), local }),
  fc.record({ kind: fc.constant('bulk' as const), all: fc.uniqueArray(local, { minLength: 1 }) }),
  fc.record({ kind: fc.constant('step' as const) }),
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

/** Actions of one list happen at the same time; each may be sent twice. */
const scripts = fc.array(fc.array(fc.tuple(action, fc.boolean()), { minLength: 1, maxLength: 3 }), { maxLength: 10 });

let yard: Yard;
afterEach(() => yard.end());

async function act(one: Action): Promise<void> {
  if (one.kind === 'step') return await yard.step();
  if (one.kind === 'submit') return void (await redelivered(() => yard.submit(one.local)));
  if (one.kind === 'bulk') return await redelivered(() => yard.submitAll(one.all));
  const { local: of, place, content } = one;
  if (one.kind === 'large') return await yard.uploadLarge(of, place, content, redelivered);
  await redelivered(() => yard.upload(of, place, content));
}

/** What each place holds if everything of a list happened at once: any of the photos that were sent last. */
function expectedOf(script: readonly (readonly (readonly [Action, boolean])[])[]) {
  const submitted = new Set<string>();
  const held = new Map<string, Set<number>>();
  for (const list of script) {
    const now = new Map<string, Set<number>>();
    for (const [one] of list) {
      if (one.kind === 'submit') submitted.add(one.local);
      if (one.kind === 'bulk') for (const of of one.all) submitted.add(of);
      if (one.kind !== 'upload' && one.kind !== 'large') continue;
      const key = `${one.local} ${one.place}`;
      now.set(key, new Set([...(now.get(key) ?? []), one.content]));
    }
    // A photo that is sent again, while others are sent to the same place, may find itself there and change nothing.
    for (const [key, contents] of now) held.set(key, contents);
  }
  return { submitted, held };
}

test('every photo is linked once, whatever happens in which order', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(scripts, faults(6), async (script, given) => {
      yard = new Yard();
      await yard.publishForm();
      const heal = injectFaults([yard.database, yard.store], given);
      for (const list of script) {
        await Promise.all(list.flatMap(([one, isTwice]) => [act(one), ...(isTwice ? [act(one)] : [])]));
      }
      heal();
      await yard.work();
      const { submitted, held } = expectedOf(script);
      const ids = new Map<string, string>();
      for (const of of submitted) ids.set(of, await yard.submit(of));
      expect(yard.created().toSorted()).toEqual([...ids.values()].toSorted());
      const linked: string[] = [];
      for (const [of, id] of ids) {
        const { data, media } = await yard.read(id);
        const sent = places.filter((place) => held.has(`${of} ${place}`));
        expect(media.map(({ field_id }) => field_id)).toEqual(sent);
        for (const { field_id, filename, media_file_id } of media) {
          expect(held.get(`${of} ${field_id}`)).toContain(Number.parseInt(filename, 10));
          const { front, members } = data as unknown as { front: string; members: { face: string }[] };
          expect([front, members[0]!.face, members[1]!.face][places.indexOf(field_id as never)]).toBe(media_file_id);
          linked.push(media_file_id);
        }
      }
      expect(new Set(linked).size).toBe(linked.length);
      await expectTidy(linked);
    }),
    { numRuns: runs(100) },
  );
});

/** After a while, the store and the count hold what is linked or waits, and nothing else. */
async function expectTidy(linked: readonly string[]): Promise<void> {
  for (let i = 0; i < 4; i++) await yard.later(30 * 60_000);
  const states = yard.files().filter(({ state }) => !['uploading', 'same'].includes(state));
  expect(
    states
      .filter(({ state }) => state === 'linked')
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(linked.toSorted());
  expect(states.filter(({ state }) => state !== 'linked' && state !== 'waiting')).toEqual([]);
  for (let i = 0; i < 4; i++) await yard.later(12 * 86_400_000);
  const left = yard.files();
  expect(left.map(({ id }) => id).toSorted()).toEqual(linked.toSorted());
  expect(yard.counted()).toBe(linked.length * photo(0).length);
  const moved = [...yard.store.files.keys()].filter((key) => key.startsWith('media/'));
  expect(moved.map((key) => key.split('/')[2]).toSorted()).toEqual(linked.toSorted());
}
