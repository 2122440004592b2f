import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Capability, TableName } from '../../../shared/capability/capability.ts';
import { patches, replaces } from '../../../shared/entity/change.ts';
import { creates } from '../../../shared/entity/create.ts';
import { deletes } from '../../../shared/entity/delete.ts';
import type { Kind } from '../../../shared/entity/kind.ts';
import { gets, lists } from '../../../shared/entity/read.ts';
import { isThorough, runs } from '../../support/thorough.ts';
import { tenant } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';
import { kinds } from './kinds.ts';
import { same, shownOf } from './model/clients.ts';
import { expectedCounts, expectedRows } from './model/expected-rows.ts';
import { dangling, type Outcome, outcomeOf, type Thing, unlinked } from './model/naive.ts';
import { type Plan, plan, rush } from './model/plan.ts';
import { type Storm, storm } from './model/storm.ts';

/**
 * Tests the one write of all kinds against brute force, with racing clients, processes that are killed at any call,
 * lost responses, repeated idempotency keys, and a worker whose messages arrive late, twice and in any order.
 */

beforeEach(() => {
  catchOutput();
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const { reference } = tenant(1, 'free');
const text = (thing: Thing | undefined) => JSON.stringify(thing && [thing.kind, thing.id, thing.values, thing.version]);

/**
 * Each transaction must have the effect that brute force computes for its command and the previous state, and no
 * command may have two.
 */
function wrongCommits({ history, clients }: Storm): string[] {
  const wrong: string[] = [];
  const seen = new Set<string>();
  history.commits.forEach(({ requestId, id, before, after }, i) => {
    const state = history.states[i]!;
    const command = clients.commands.get(requestId);
    if (command) {
      const once = clients.keys.get(requestId) ?? requestId;
      if (seen.has(once)) wrong.push(`${JSON.stringify(command)} has two effects`);
      seen.add(once);
    }
    const possible = command ? [outcomeOf(state, command, id, false)] : before ? unlinked(state, before) : [];
    const isRight = possible.some((outcome) => 'after' in outcome && text(outcome.after) === text(after));
    const met = history.states.slice(clients.began.get(requestId) ?? i, i + 1);
    const isKnown = !command || met.some((one) => !isUnknown(outcomeOf(one, command, id, true)));
    if (!isRight || !isKnown)
      wrong.push(`${JSON.stringify(command ?? 'the worker')} made ${text(before)} ${text(after)}`);
  });
  return wrong;
}

const isUnknown = (outcome: Outcome) => 'refused' in outcome && outcome.refused === 'unknown boxIds';

/** If a client got a success, the effect must be as the response said. */
function wrongAnswers({ history, clients }: Storm): string[] {
  return clients.answered.flatMap(({ requestId, command, key, answer }) => {
    const mine = (other: string) => other === requestId || (key !== undefined && clients.keys.get(other) === key);
    const made = history.commits.find((commit) => mine(commit.requestId));
    if (command.verb === 'create' && (!made || made.id !== answer?.id)) return [`${JSON.stringify(command)} is lost`];
    if (command.verb === 'delete' && made?.after !== undefined) return [`${JSON.stringify(command)} is lost`];
    if (made?.after && answer && !same(answer, shownOf(made.after))) {
      return [`${JSON.stringify(command)} was answered ${JSON.stringify(answer)}`];
    }
    return [];
  });
}

/** The rows must be those of the last state, to the last attribute; so must counters and events. */
function wrongRows({ database, history }: Storm): string[] {
  const wrong: string[] = [];
  const state = history.present;
  const rows = database.rows('main');
  const isOurs = ({ pk }: { pk?: unknown }) => /#(thin|unique|references)(#|$)/.test(String(pk));
  const found = rows.filter((row) => isOurs(row) && row.sk !== 'holds');
  const expected = expectedRows(state, reference);
  for (const { pk, sk, ...rest } of found) {
    const name = `${pk} ${sk}`;
    const wanted = expected.get(name);
    if (!wanted) wrong.push(`the row ${name} is left over`);
    else if (JSON.stringify(sorted(wanted)) !== JSON.stringify(sorted(rest)))
      wrong.push(`the row ${name} is ${JSON.stringify(rest)}`);
    expected.delete(name);
  }
  wrong.push(...[...expected.keys()].map((name) => `the row ${name} is missing`));
  const bodies = rows.filter(({ pk }) => String(pk).includes('#entity#'));
  if (bodies.length !== state.size) wrong.push(`${bodies.length} bodies of ${state.size} entities`);
  const holds = rows.filter(({ sk }) => sk === 'holds');
  const held = (pk: unknown) =>
    found.filter((row) => row.pk === pk && String(row.sk).startsWith('by#restrict#')).length;
  for (const { pk, count } of holds) {
    if (count !== held(pk)) wrong.push(`${pk} is held ${count} times, not ${held(pk)}`);
    if (!state.has(String(pk).split('#')[3]!)) wrong.push(`what held ${pk} is left over`);
  }
  const counts = database.rows('access').filter(({ pk, used }) => String(pk).endsWith('#quota') && used !== 0);
  const counted = Object.fromEntries(counts.map(({ pk, sk, used }) => [`${pk} ${sk}`, used]));
  expect(sorted(counted)).toEqual(sorted(Object.fromEntries(expectedCounts(state, reference))));
  const events = rows.filter(({ pk }) => String(pk).endsWith('#outbox'));
  if (events.length !== history.commits.length)
    wrong.push(`${events.length} events of ${history.commits.length} writes`);
  return wrong;
}

const sorted = (row: object) => Object.fromEntries(Object.entries(row).sort());

/** The calls of the database that each function made in all storms. */
const used = new Map<string, Set<string>>();

async function weathered(made: Plan): Promise<{ wrong: string[]; commits: number }> {
  const outcome = await storm(made);
  try {
    for (const [what, actions] of outcome.grants.used) {
      used.set(what, new Set([...(used.get(what) ?? []), ...actions]));
    }
    const wrong = [
      ...outcome.clients.wrong,
      ...wrongCommits(outcome),
      ...wrongAnswers(outcome),
      ...wrongRows(outcome),
      ...dangling(outcome.history.present).map((what) => `${what} names what is gone`),
    ];
    return { wrong, commits: outcome.history.commits.length };
  } finally {
    outcome.database.restore();
  }
}

test('any storm has the same effect as one command after the other, and every response agrees with it', async () => {
  let commits = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 3, arbitrary: plan }, { weight: 2, arbitrary: rush }), async (made) => {
      const outcome = await weathered(made);
      commits += outcome.commits;
      expect(outcome.wrong).toEqual([]);
    }),
    { numRuns: runs(150) },
  );
  expect(commits).toBeGreaterThan(runs(1500));
});

const verbs: Record<string, (kind: Kind) => Capability<unknown>> = {
  create: creates,
  get: gets,
  list: lists,
  patch: patches,
  replace: replaces,
  delete: deletes,
};
const actionsOf = ({ tables = {} }: Capability<unknown>) =>
  (Object.keys(tables) as TableName[]).flatMap((table) => tables[table]!.map((action) => `${table} ${action}`));

const functions = Object.entries(kinds).flatMap(([name, kind]) =>
  Object.entries(verbs)
    .filter(([verb]) => !(kind.immutable && ['patch', 'replace'].includes(verb)))
    .map(([verb, capability]) => ({ name: `${name} ${verb}`, granted: actionsOf(capability(kind as Kind)).sort() })),
);

test('each verb of each kind is granted what it asks for in storms, and no more', async () => {
  const asked = (name: string) => [...(used.get(name) ?? [])].sort();
  // A few storms make not every call.
  if (!isThorough()) {
    const beyond = ({ name, granted }: (typeof functions)[0]) =>
      asked(name).filter((action) => !granted.includes(action));
    return expect(functions.flatMap(beyond)).toEqual([]);
  }
  const isSeen = () => functions.every(({ name, granted }) => asked(name).length >= granted.length);
  for (let storms = 0; storms < 50 && !isSeen(); storms++) {
    for (const made of fc.sample(plan, 20)) await weathered(made);
  }
  expect(functions.map(({ name }) => [name, asked(name)])).toEqual(
    functions.map(({ name, granted }) => [name, granted]),
  );
});
