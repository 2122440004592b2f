import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { handler } from '../../../functions/due/sweep.ts';
import { type DueStep, dropDue, putDue } from '../../../shared/due/due.ts';
import { NotifyMessage } from '../../../shared/messages/notify.ts';
import type { MessageDefinition } from '../../../shared/queue/message.ts';
import { dueSweeper } from '../../../shared/relay/due-sweeper.ts';
import { retryingRaces } from '../../../shared/table/races.ts';
import { Transaction } from '../../../shared/table/transaction.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';
import { catchMessages, type Sent } from './queue.ts';

const start = Date.parse('2026-03-22T10:00:00Z');
const second = 1000;
const minute = 60 * second;
const day = 86_400 * second;
const me = tenant().reference;
const sweeper = dueSweeper.open();
let database: DynamoDbFake;
let sent: Sent;

beforeEach(() => {
  vi.useFakeTimers({ now: start, toFake: ['Date'] });
  catchOutput();
  database = new DynamoDbFake();
  sent = catchMessages();
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const commit = (fill: (transaction: Transaction) => void) =>
  retryingRaces(async () => {
    const transaction = new Transaction();
    fill(transaction);
    await transaction.commit();
  });
const set = (subject: string, steps: readonly DueStep[], worker = NotifyMessage.worker, of = me) =>
  commit((transaction) => putDue(transaction, of, subject, { worker } as MessageDefinition, steps));
const drop = (subject: string) => commit((transaction) => dropDue(transaction, me, subject));
const step = (at: number, text: string): DueStep => ({ at, message: { text } });
const texts = () => sent.messages.map(({ text }) => text);
const left = () => database.rows('main').filter(({ due }) => due !== undefined);
const later = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

describe('what is due', () => {
  test('is handed on once its time has come, and not a millisecond before', async () => {
    await set('a', [step(start + minute, 'now')]);
    later(minute - 1);
    expect(await sweeper.sweep()).toEqual({ handedOn: 0, failed: 0, cutShort: false });
    later(1);
    expect(await sweeper.sweep()).toEqual({ handedOn: 1, failed: 0, cutShort: false });
    expect(await sweeper.sweep()).toMatchObject({ handedOn: 0 });
    expect(texts()).toEqual(['now']);
    expect(left()).toEqual([]);
  });

  test('in several steps is sent one after the other, in whatever order they were given', async () => {
    await set('a', [step(start + 3 * day, 'third'), step(start + day, 'first'), step(start + 2 * day, 'second')]);
    for (let i = 1; i <= 4; i++) {
      later(day);
      await sweeper.sweep();
      expect(texts()).toEqual(['first', 'second', 'third'].slice(0, i));
    }
    expect(left()).toEqual([]);
  });

  test('several times since the last sweep is sent once, as the last of its steps', async () => {
    await set('a', [step(start + day, 'first'), step(start + 2 * day, 'second'), step(start + 9 * day, 'third')]);
    later(5 * day);
    await sweeper.sweep();
    expect(texts()).toEqual(['second']);
    expect(left()).toMatchObject([{ dueAt: start + 9 * day }]);
  });

  test('of all tenants, in every shard, is found by one sweep', async () => {
    for (let i = 0; i < 130; i++)
      await set(`s${i}`, [step(start, `m${i}`)], NotifyMessage.worker, tenant(i % 7).reference);
    database.pageRows = 3;
    expect(new Set(left().map(({ due }) => due)).size).toBe(8);
    expect(await sweeper.sweep()).toEqual({ handedOn: 130, failed: 0, cutShort: false });
    expect(new Set(texts()).size).toBe(130);
    expect(left()).toEqual([]);
  });

  test('for days is processed sweep by sweep, as far as the time of each allows', async () => {
    for (let i = 0; i < 1000; i++) await set(`s${i}`, [step(start + i, `m${i}`)]);
    later(30 * day);
    sent.before = () => void later(200); // in all shards together
    const results = [await sweeper.sweep(), await sweeper.sweep(), await sweeper.sweep(), await sweeper.sweep()];
    expect(results[0]).toMatchObject({ cutShort: true, failed: 0 });
    expect(results[0]!.handedOn).toBeGreaterThan(100);
    expect(results.at(-1)).toEqual({ handedOn: 0, failed: 0, cutShort: false });
    expect(texts()).toHaveLength(1000);
    expect(new Set(texts()).size).toBe(1000);
  });

  test('is not handed on again because the index lags behind', async () => {
    await set('a', [step(start, 'once'), step(start + day, 'later')]);
    await set('b', [step(start, 'done')]);
    const before = database.rows('main');
    database.indexed = () => before;
    await sweeper.sweep();
    expect(await sweeper.sweep()).toMatchObject({ handedOn: 0 });
    expect(texts().sort()).toEqual(['done', 'once']);
  });
});

describe('a write of the subject', () => {
  test('between the sending and the move is kept as a whole', async () => {
    await set('a', [step(start, 'old'), step(start + day, 'old later')]);
    sent.after = () => set('a', [step(start + 2 * day, 'new')]);
    expect(await sweeper.sweep()).toMatchObject({ handedOn: 1, failed: 0 });
    sent.after = () => undefined;
    expect(left()).toMatchObject([{ dueAt: start + 2 * day }]);
    later(2 * day);
    await sweeper.sweep();
    expect(texts()).toEqual(['old', 'new']);
  });

  test('that cancels all steps is kept too', async () => {
    await set('a', [step(start, 'old'), step(start + day, 'old later')]);
    sent.after = () => drop('a');
    await sweeper.sweep();
    later(2 * day);
    await sweeper.sweep();
    expect(texts()).toEqual(['old']);
    expect(left()).toEqual([]);
  });

  test('of nothing that was due is fine', async () => {
    await drop('nothing');
    await expect(set('a', [])).rejects.toThrow('drop it');
  });
});

describe('a failure', () => {
  test('of one message delays no other; it is retried, and the run is reported as failed', async () => {
    for (let i = 0; i < 20; i++) await set(`s${i}`, [step(start, `m${i}`)]);
    sent.before = ({ text }) => {
      if (text === 'm7') throw new Error('The queue is away');
    };
    await expect(handler()).rejects.toThrow('1 entries');
    expect(texts()).toHaveLength(19);
    expect(left()).toHaveLength(1);
    sent.before = () => undefined;
    await handler();
    expect(texts()).toHaveLength(20);
    expect(left()).toEqual([]);
  });

  test('of one entry in every sweep delays no other either', async () => {
    await set('poison', [step(start, 'p')], 'nobody/here');
    for (let i = 0; i < 5; i++) {
      await set(`s${i}`, [step(start, `m${i}`)]);
      expect(await sweeper.sweep()).toMatchObject({ handedOn: 1, failed: 1 });
    }
    expect(left()).toMatchObject([{ worker: 'nobody/here' }]);
  });

  test('between the sending and the move sends the same message again', async () => {
    await set('a', [step(start, 'twice')]);
    database.before = ({ operation }) => {
      if (operation === 'DeleteCommand') throw fault('TimeoutError');
    };
    expect(await sweeper.sweep()).toMatchObject({ handedOn: 0, failed: 1 });
    database.before = () => undefined;
    await sweeper.sweep();
    expect(texts()).toEqual(['twice', 'twice']);
    expect(left()).toEqual([]);
  });

  test('of a shard ends the run as failed, when the others are done', async () => {
    for (let i = 0; i < 40; i++) await set(`s${i}`, [step(start, `m${i}`)]);
    let queries = 0;
    database.before = ({ operation }) => {
      if (operation === 'QueryCommand' && ++queries === 1) throw fault('ThrottlingException');
    };
    await expect(handler()).rejects.toThrow('ThrottlingException');
    expect(texts().length).toBeGreaterThan(20);
    await handler();
    expect(texts()).toHaveLength(40);
  });
});

/** What happens at once in one round. */
const action = fc.oneof(
  fc.record({
    kind: fc.constant('set' as const),
    subject: fc.constantFrom('a', 'b', 'c'),
    minutes: fc.array(fc.integer({ min: -2, max: 12 }), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant('drop' as const), subject: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ kind: fc.constant('sweep' as const) }),
);
const round = fc.record({
  actions: fc.array(action, { minLength: 1, maxLength: 6 }),
  script: fc.array(
    fc.record({ pauses: fc.nat(3), fails: fc.constantFrom('no', 'no', 'no', 'no', 'before', 'after') }),
    {
      maxLength: 30,
    },
  ),
  minutesLater: fc.constantFrom(0, 1, 5),
});

/** The steps of a subject as they were last set, by serial number; none if nothing is due. */
interface Known {
  serial: number;
  steps: { at: number; text: string }[];
}

test('any history of writes, parallel sweeps and crashes ends with all due messages sent, and none early', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 8 }), async (rounds) => {
      database.restore();
      database = new DynamoDbFake();
      database.pageRows = 2;
      sent.messages.length = 0;
      vi.setSystemTime(start);
      const known = new Map<string, Known>();
      const toldAt = new Map<string, number>();
      const dues = new Map<string, number>();
      let serial = 0;
      for (const { actions, script, minutesLater } of rounds) {
        const failures = [...script];
        const lost = new Set<unknown>();
        database.before = async (call) => {
          const next = failures.shift();
          for (let i = 0; i < (next?.pauses ?? 0); i++) await new Promise((resolve) => setImmediate(resolve));
          if (next?.fails === 'before') throw fault('TimeoutError');
          if (next?.fails === 'after') lost.add(call);
        };
        database.after = (call) => {
          if (lost.has(call)) throw fault('TimeoutError');
        };
        sent.before = ({ text }) => {
          const at = dues.get(String(text))!;
          expect(Date.now(), `${text} comes before its time`).toBeGreaterThanOrEqual(at);
          toldAt.set(String(text), Date.now());
        };
        // One writer at a time for each subject: the sweeps race with each other and with the writers.
        const writers = new Map<string, Promise<unknown>>();
        const inTurn = (subject: string, act: () => Promise<unknown>) => {
          const turn = (writers.get(subject) ?? Promise.resolve()).then(act, act);
          writers.set(subject, turn);
          return turn;
        };
        const act = async (one: (typeof actions)[number]) => {
          if (one.kind === 'sweep') return await sweeper.sweep();
          return await inTurn(one.subject, async () => {
            const { subject } = one;
            serial += 1;
            const minutes = one.kind === 'set' ? one.minutes : [];
            const steps = minutes.map((m, i) => ({ at: Date.now() + m * minute, text: `${subject}${serial}.${i}` }));
            for (const { at, text } of steps) dues.set(text, at);
            const write =
              one.kind === 'drop'
                ? drop(subject)
                : set(
                    subject,
                    steps.map(({ at, text }) => step(at, text)),
                  );
            const unknown = await write.then(
              () => false,
              () => true,
            );
            // Nobody knows whether it took effect: the next write of the subject makes it known again.
            known.set(subject, unknown ? { serial: -1, steps: [] } : { serial, steps });
          });
        };
        await Promise.allSettled(actions.map(act));
        later(minutesLater * minute);
      }
      database.before = () => undefined;
      database.after = () => undefined;
      expect(await sweeper.sweep()).toMatchObject({ failed: 0, cutShort: false });
      const now = Date.now();
      for (const row of left()) expect(row.dueAt).toBeGreaterThan(now);
      for (const [subject, { serial: last, steps }] of known) {
        if (last < 0) continue;
        const due = steps.filter(({ at }) => at <= now).toSorted((a, b) => a.at - b.at);
        const final = due.at(-1);
        if (final)
          expect(
            [...toldAt.keys()].filter((text) => due.some((one) => one.text === text && one.at === final.at)),
          ).not.toEqual([]);
        const row = left().find(({ sk }) => sk === subject);
        const waiting = steps.filter(({ at }) => at > now).map(({ at }) => at);
        expect(row?.dueAt).toBe(waiting.length > 0 ? Math.min(...waiting) : undefined);
      }
    }),
    { numRuns: 200 },
  );
}, 120_000);
