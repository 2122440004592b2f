import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { changeMembers, type MemberChange } from '../../../shared/users/change-member.ts';
import { leaveWorkspace, removeUsers } from '../../../shared/users/remove.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { Crew, hurry, interleave, outcome } from './crew.ts';

/** A workspace always has an active owner, even if several owners are demoted, disabled, removed or leave at once. */

let database: DynamoDbFake;
let crew: Crew;

async function freshCrew(): Promise<void> {
  database?.restore();
  database = new DynamoDbFake();
  crew = await Crew.of(database);
}

beforeEach(async () => {
  hurry();
  await freshCrew();
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
});

const members = { ...changeMembers.open(), ...removeUsers.open(), ...leaveWorkspace.open() };

describe('the last owner', () => {
  const ways: Record<string, (id: string, other: string) => Promise<unknown>> = {
    'demotes itself': (id) => members.change(crew.caller(id), id, { role: 'admin' }),
    leaves: (id) => members.leave(crew.caller(id), id),
  };

  test.each(Object.entries(ways))('%s is refused, and allowed if there is another owner', async (_, way) => {
    const { id } = await crew.add('owner');
    const disabled = await crew.add('owner', { status: 'disabled' });
    const gone = await crew.add('owner');
    await members.remove(crew.caller(id), gone.id);
    const before = crew.row(id);
    expect(await outcome(way(id, disabled.id)), 'who is disabled or deleted is no owner').toBe('LAST_OWNER');
    expect(crew.row(id)).toEqual(before);
    expect(crew.quotaUsed()).toBe(2);
    await members.change(crew.caller(id), disabled.id, { status: 'active' });
    expect(await outcome(way(id, disabled.id))).toBe('done');
    expect(crew.owners()).toEqual([disabled.id]);
  });

  test('of two owners who remove, demote or disable each other at once one remains', async () => {
    const acts = fc.constantFrom<'remove' | 'demote' | 'disable' | 'leave'>('remove', 'demote', 'disable', 'leave');
    await fc.assert(
      fc.asyncProperty(acts, acts, fc.array(fc.nat(4), { minLength: 1, maxLength: 30 }), async (a, b, pauses) => {
        await freshCrew();
        const [one, two] = [(await crew.add('owner')).id, (await crew.add('owner')).id];
        const does = (act: typeof a, by: string, to: string) => {
          const caller = crew.caller(by);
          if (act === 'leave') return members.leave(caller, by);
          if (act === 'remove') return members.remove(caller, to);
          return members.change(caller, to, act === 'demote' ? { role: 'viewer' } : { status: 'disabled' });
        };
        interleave(database, pauses);
        const outcomes = await Promise.all([outcome(does(a, one, two)), outcome(does(b, two, one))]);
        database.before = () => undefined;
        expect(crew.owners()).toHaveLength(1);
        // Two owners who both leave, or who act on each other, cannot both succeed; an owner who left does not exist for
        // the other.
        const refused = outcomes.filter((result) => result !== 'done');
        expect(refused.every((result) => ['LAST_OWNER', 'NOT_FOUND'].includes(result))).toBe(true);
        expect(refused.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 150 },
    );
  });
});

const step = fc.record({
  kind: fc.constantFrom('demote', 'demote', 'disable', 'remove', 'leave', 'leave', 'promote', 'enable'),
  by: fc.nat(4),
  to: fc.nat(4),
});
const round = fc.record({
  steps: fc.array(step, { minLength: 2, maxLength: 6 }),
  pauses: fc.array(fc.nat(4), { minLength: 1, maxLength: 40 }),
});

test('any storm leaves an active owner, and refuses none for want of an owner who was there all the time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(round, { maxLength: 5 }), async (number, rounds) => {
      await freshCrew();
      const people: string[] = [];
      for (let i = 0; i < 5; i++) people.push((await crew.add(i < number ? 'owner' : 'admin')).id);
      /** For each running action, the other owners who have been there since it began. */
      const running = new Set<Set<string>>();
      database.watch = ({ phase }) => {
        if (phase !== 'visible') return;
        const owners = crew.owners();
        expect(owners.length).toBeGreaterThan(0);
        for (const steady of running) for (const id of steady) if (!owners.includes(id)) steady.delete(id);
      };
      const act = async ({ kind, by, to }: (typeof rounds)[number]['steps'][number]): Promise<void> => {
        const [actor, target] = [people[by]!, kind === 'leave' ? people[by]! : people[to]!];
        if (crew.row(actor).status !== 'active') return; // the resolver refuses them
        const caller = crew.caller(actor);
        const steady = new Set(crew.owners().filter((id) => id !== target));
        running.add(steady);
        const changes: Record<string, MemberChange> = {
          demote: { role: 'admin' },
          disable: { status: 'disabled' },
          promote: { role: 'owner' },
          enable: { status: 'active' },
        };
        const result = await outcome(
          kind === 'leave'
            ? members.leave(caller, actor)
            : kind === 'remove'
              ? members.remove(caller, target)
              : members.change(caller, target, changes[kind]!),
        );
        running.delete(steady);
        expect(result).toMatch(/^(done|FORBIDDEN|NOT_FOUND|LAST_OWNER|SELF_DELETE)$/);
        if (result !== 'LAST_OWNER') return;
        // A reader may see an owner leave before all of the transaction is visible.
        const left = crew.owners();
        expect(
          [...steady].filter((id) => left.includes(id)),
          'owners who remained throughout',
        ).toEqual([]);
      };
      for (const { steps, pauses } of rounds) {
        interleave(database, pauses);
        await Promise.all(steps.map(act));
        expect(crew.owners().length).toBeGreaterThan(0);
        expect(crew.quotaUsed()).toBe(crew.present().length);
      }
      database.watch = () => undefined;
    }),
    { numRuns: 150 },
  );
});
