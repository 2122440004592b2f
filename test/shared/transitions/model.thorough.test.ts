import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reconcile, type Standing } from '../../../shared/transitions/reconcile.ts';
import { isThorough, runs } from '../../support/thorough.ts';
import { naiveEvents } from './naive.ts';
import { journeys, keyOf, travelled } from './tracks.ts';

const keysOf = (events: readonly Standing[]): string[] => events.map(keyOf).sort();

describe('the machine against the rules read by hand', () => {
  test('the final events are the same, with noise, edges, crossings and ±180', () => {
    const seen: Record<string, number> = {};
    fc.assert(
      fc.property(journeys, ({ rules, fixes }) => {
        const { transitions, silence } = travelled(rules, fixes);
        const expected = rules.flatMap((one) => naiveEvents(one, fixes));
        expect(keysOf([...transitions, ...silence])).toEqual(keysOf(expected));
        for (const { type } of expected) seen[type] = (seen[type] ?? 0) + 1;
        for (const { evidence } of silence) seen[evidence] = (seen[evidence] ?? 0) + 1;
      }),
      { numRuns: runs(3000) },
    );
    // In few journeys some kinds are rare.
    if (!isThorough()) return;
    for (const kind of ['enter', 'exit', 'dwell', 'cross', 'timer']) expect(seen[kind], kind).toBeGreaterThan(100);
  });

  test('a state that was stored continues as if it had not been', () => {
    fc.assert(
      fc.property(journeys, fc.nat(40), ({ rules, fixes }, cut) => {
        const whole = travelled(rules, fixes);
        const first = travelled(rules, fixes.slice(0, cut));
        const { trail, seenAt, pairs } = first.state;
        const stored = JSON.parse(JSON.stringify({ trail, seenAt, pairs: [...pairs] }));
        const rest = travelled(rules, fixes.slice(cut), { ...stored, pairs: new Map(stored.pairs) });
        expect([...first.transitions, ...rest.transitions]).toEqual(whole.transitions);
        expect(rest.silence).toEqual(whole.silence);
      }),
      { numRuns: runs(500) },
    );
  });

  test('points may arrive in any order, and timers may fire between them: the final events are the same', () => {
    const parts = fc.array(fc.record({ key: fc.nat(), timersAct: fc.boolean() }), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(journeys, parts, ({ rules, fixes }, draws) => {
        const coming = fixes.map((fix, i) => ({ fix, ...draws[i]! })).sort((a, b) => a.key - b.key);
        let standing: Standing[] = [];
        for (const [i, { timersAct }] of coming.entries()) {
          const known = coming.slice(0, i + 1).map(({ fix }) => fix);
          const { transitions, silence } = travelled(
            rules,
            known.toSorted((a, b) => a.at - b.at),
          );
          const isLast = i === coming.length - 1;
          const now = timersAct || isLast ? [...transitions, ...silence] : transitions;
          const { moved, added, retracted } = reconcile(standing, now);
          const gone = new Set([...moved.map(({ from }) => from), ...retracted]);
          standing = [...standing.filter((one) => !gone.has(one)), ...moved.map(({ to }) => to), ...added];
        }
        expect(keysOf(standing)).toEqual(keysOf(rules.flatMap((one) => naiveEvents(one, fixes))));
      }),
      { numRuns: runs(300) },
    );
  });
});
