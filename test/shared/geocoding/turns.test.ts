import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advanced,
  begun,
  done,
  mostSent,
  noTurns,
  resumed,
  type Turn,
  type Turns,
  type WaitingRun,
} from '../../../shared/geocoding/turns.ts';

const now = 1_700_000_000_000;
const lost = 120_000;
const runOf = (run: string, chunks: number, more: Partial<WaitingRun> = {}): WaitingRun => ({
  run,
  chunks,
  next: 0,
  waitedFor: false,
  until: null,
  ...more,
});
const of = (...runs: readonly WaitingRun[]): Turns => runs.reduce(begun, noTurns);
const names = (send: readonly Turn[]) => send.map(({ run, chunk }) => `${run}${chunk}`);

/** Completes every chunk as soon as it is sent, and returns their order. */
function order(turns: Turns): string[] {
  const all: string[] = [];
  for (
    let step = advanced(turns, now);
    step.send.length > 0;
    step = advanced(done(step.turns, step.turns.sent[0]!), now)
  )
    all.push(...names(step.send));
  return all;
}

describe('turns', () => {
  test('send a few chunks, and one more for each that is done', () => {
    const first = advanced(of(runOf('a', 20)), now);
    expect(names(first.send)).toEqual(Array.from({ length: mostSent }, (_, i) => `a${i}`));
    expect(advanced(first.turns, now).send).toEqual([]);
    const next = advanced(done(first.turns, { run: 'a', chunk: 3 }), now);
    expect(names(next.send)).toEqual(['a7']);
    expect(done(next.turns, { run: 'a', chunk: 3 }), 'a chunk that comes twice makes no room').toBe(next.turns);
  });

  test('take runs that are waited for first, and leave the others one place', () => {
    const { send } = advanced(of(runOf('b', 20), runOf('w', 20, { waitedFor: true })), now);
    expect(names(send).filter((name) => name.startsWith('b'))).toHaveLength(1);
    expect(names(send).filter((name) => name.startsWith('w'))).toHaveLength(mostSent - 1);
  });

  test('among runs of equal rank, the one that is done first comes first, then the one that arrived first', () => {
    expect(order(of(runOf('a', 3), runOf('b', 1), runOf('c', 1)))).toEqual(['b0', 'c0', 'a0', 'a1', 'a2']);
  });

  test('drop a run that nobody waits for any more', () => {
    expect(names(advanced(of(runOf('a', 3, { until: now }), runOf('b', 1, { until: now + 1 })), now).send)).toEqual([
      'b0',
    ]);
  });

  test('send lost chunks again, twice, and then ignore them', () => {
    let { turns } = advanced(of(runOf('a', 1)), now);
    for (const times of [1, 2]) {
      expect(advanced(turns, now + times * lost - 1).send).toEqual([]);
      const again = advanced(turns, now + times * lost);
      expect(names(again.send)).toEqual(['a0']);
      ({ turns } = again);
    }
    expect(advanced(turns, now + 3 * lost)).toEqual({ turns: noTurns, send: [] });
  });

  test('begin a run once; when it is begun again they send the chunks that are not done', () => {
    const { turns } = advanced(of(runOf('a', 9)), now);
    const again = advanced(resumed(done(turns, { run: 'a', chunk: 2 }), runOf('a', 9)), now);
    expect(names(again.send)).toEqual(['a0', 'a1', 'a3', 'a4', 'a5', 'a6', 'a7']);
    expect(names(advanced(resumed(noTurns, runOf('a', 1)), now).send)).toEqual(['a0']);
  });

  test('send every chunk of every run once, whatever order they are done in, and never more than there is room for', () => {
    const runs = fc.array(fc.record({ chunks: fc.integer({ min: 1, max: 12 }), waitedFor: fc.boolean() }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(runs, fc.infiniteStream(fc.nat()), (given, picks) => {
        const waiting = given.map(({ chunks, waitedFor }, i) => runOf(`${'abcdefgh'[i]}`, chunks, { waitedFor }));
        const sent: string[] = [];
        let turns: Turns = noTurns;
        const step = (by: Turns) => {
          const { turns: after, send } = advanced(by, now);
          sent.push(...names(send));
          expect(after.sent.length).toBeLessThanOrEqual(mostSent);
          turns = after;
        };
        for (const run of waiting) step(begun(turns, run));
        while (turns.sent.length > 0) {
          const [pick = 0] = picks.take(1);
          step(done(turns, turns.sent[pick % turns.sent.length]!));
        }
        const all = waiting.flatMap(({ run, chunks }) => Array.from({ length: chunks }, (_, i) => `${run}${i}`));
        expect(sent.sort()).toEqual(all.sort());
        expect(turns).toEqual(noTurns);
      }),
    );
  });
});
