import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Answer, Search } from '../../../shared/geocoding/answer.ts';
import type { Candidate } from '../../../shared/geocoding/candidate.ts';
import type { Geocode } from '../../../shared/geocoding/geocode.ts';
import { Geocoder } from '../../../shared/geocoding/geocoder.ts';
import { geocodeWorkers } from '../../../shared/geocoding/pace.ts';
import type { PlaceQuery } from '../../../shared/geocoding/query.ts';
import { type GeocodingSettings, geocodingOf } from '../../../shared/tenancy/geocoding-settings.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { catchOutput, type Output } from '../support/platform.ts';

let database: DynamoDbFake;
let output: Output;
let asked: { readonly at: number; readonly text: string }[];
/** The answers of the provider; by text, or for everything. */
let says: (query: PlaceQuery, signal: AbortSignal) => Answer | Promise<Answer>;

const perSecond = 10;
let geocoder: Geocoder;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-17T10:00:00Z') });
  database = new DynamoDbFake();
  output = catchOutput();
  asked = [];
  says = ({ text }) => [place(text)];
  geocoder = newGeocoder();
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const search: Search = async (query, signal) => {
  asked.push({ at: Date.now(), text: query.text });
  return await says(query, signal);
};
const newGeocoder = () => new Geocoder(search, perSecond * geocodeWorkers);

const place = (label: string, more: Partial<Candidate> = {}): Candidate => ({
  latitude: 37.7749,
  longitude: -122.4194,
  label,
  confidence: 1,
  precision: 'address',
  ...more,
});
const throttled: Answer = { kind: 'throttled', cause: 'ThrottlingException' };
const unavailable: Answer = { kind: 'unavailable', cause: 'InternalServerException' };
const found = (label: string) => ({ kind: 'found', latitude: 37.7749, longitude: -122.4194, label, confidence: 1 });

const defaults = geocodingOf({});
interface Options {
  readonly settings: Partial<GeocodingSettings>;
  readonly withinMs: number;
  readonly by: Geocoder;
}
/** The outcomes, and the time that they took. */
async function geocode(addresses: readonly string[], options: Partial<Options> = {}) {
  const { settings = {}, withinMs = 20_000, by = geocoder } = options;
  const from = Date.now();
  let tookMs = 0;
  const outcomes = by.geocodeAll(addresses, { ...defaults, ...settings }, from + withinMs).then((all) => {
    tookMs = Date.now() - from;
    return all;
  });
  await vi.runAllTimersAsync();
  return { outcomes: await outcomes, tookMs };
}
const outcomesOf = async (...given: Parameters<typeof geocode>): Promise<Geocode[]> =>
  (await geocode(...given)).outcomes;

const texts = () => asked.map(({ text }) => text);
const rows = () => database.rows('access');
const passTime = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);
const hour = 3_600_000;

describe('addresses', () => {
  test('are answered in their order, and equal ones are looked up once', async () => {
    says = ({ text }) => (text === 'Nowhere' ? [] : [place(text)]);
    const outcomes = await outcomesOf(['B St 2', 'Nowhere', 'A St 1', ' b  ST\t2 ', 'A St 1', 'Ｂ St ２']);
    const [b] = outcomes;
    expect(b).toMatchObject({ kind: 'found', label: expect.stringMatching(/^[BbＢ]/) });
    const nowhere = { kind: 'failed', message: 'Could not geocode address' };
    expect(outcomes).toEqual([b, nowhere, found('A St 1'), b, found('A St 1'), b]);
    expect(asked).toHaveLength(3);
  });

  test('an empty list makes no call', async () => {
    expect(await outcomesOf([])).toEqual([]);
    expect(database.calls).toEqual([]);
  });

  test('that nobody can look up are not sent to the provider', async () => {
    const tooLong = 'Could not geocode address: it has more than the 200 characters that the geocoder takes';
    const fits = `${'x'.repeat(100)}   ${'𝒳'.repeat(99)}`;
    expect(await outcomesOf(['', ' \n ', 'x'.repeat(201), fits])).toMatchObject([
      { kind: 'failed', message: 'Could not geocode address' },
      { kind: 'failed', message: 'Could not geocode address' },
      { kind: 'failed', message: tooLong },
      { kind: 'found' },
    ]);
    expect(asked).toHaveLength(1);
  });

  test('that the provider refuses fail at once, and are not kept', async () => {
    says = () => ({ kind: 'refused', cause: 'ValidationException' });
    const message = 'Could not geocode address: the geocoder does not take it with these geocoding settings';
    expect(await outcomesOf(['A'])).toEqual([{ kind: 'failed', message }]);
    expect([asked.length, rows()]).toEqual([1, []]);
  });
});

describe('the pace', () => {
  test('holds back to a fifth of the quota a second, retries included', async () => {
    says = ({ text }) => (Math.random() < 0.3 ? throttled : Math.random() < 0.3 ? unavailable : [place(text)]);
    await geocode(
      Array.from({ length: 60 }, (_, i) => `A ${i}`),
      { withinMs: 200_000 },
    );
    expect(asked.length).toBeGreaterThan(60);
    const starts = asked.map(({ at }) => at);
    for (const from of starts) {
      expect(starts.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(perSecond);
    }
  });

  test('leaves what does not fit into the time, and says so', async () => {
    const { outcomes, tookMs } = await geocode(
      Array.from({ length: 30 }, (_, i) => `A ${i}`),
      { withinMs: 2000 },
    );
    expect(outcomes.filter(({ kind }) => kind === 'found')).toHaveLength(18);
    const message = 'Retry in a minute: the geocoder takes no more addresses for the moment';
    expect(outcomes.slice(18)).toEqual(Array(12).fill({ kind: 'throttled', message }));
    expect(tookMs).toBeLessThanOrEqual(2000);
  });

  test('has at most 16 in flight', async () => {
    let inFlight = 0;
    let most = 0;
    says = async ({ text }) => {
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => setTimeout(resolve, 2500));
      inFlight--;
      return [place(text)];
    };
    const { outcomes } = await geocode(
      Array.from({ length: 40 }, (_, i) => `A ${i}`),
      { withinMs: 60_000 },
    );
    expect(outcomes.every(({ kind }) => kind === 'found')).toBe(true);
    expect(most).toBe(16);
  });

  test('is slowed for a second by a throttle', async () => {
    says = ({ text }) => (asked.length === 1 ? throttled : [place(text)]);
    await geocode(['A', 'B']);
    expect(asked[1]!.at - asked[0]!.at).toBe(1000);
  });
});

describe('the deadline', () => {
  test.each([
    ['throttled', throttled, 'Retry in a minute: the geocoder takes no more addresses for the moment'],
    ['unavailable', unavailable, 'Retry in a minute: the geocoder did not answer'],
  ] as const)('ends the retries of a provider that is %s', async (kind, answer, message) => {
    says = () => answer;
    const { outcomes, tookMs } = await geocode(['A'], { withinMs: 20_000 });
    expect(outcomes).toEqual([{ kind, message }]);
    expect(tookMs).toBeLessThanOrEqual(20_000);
    expect(asked.length).toBeGreaterThan(3);
  });

  test('aborts a call in flight', async () => {
    says = (_, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve({ kind: 'unavailable', cause: 'AbortError' })),
      );
    expect(await geocode(['A'], { withinMs: 5000 })).toMatchObject({
      outcomes: [{ kind: 'unavailable' }],
      tookMs: 5000,
    });
  });

  test.each([0, -5000, 200])('in %d ms lets no call start', async (withinMs) => {
    expect(await outcomesOf(['A'], { withinMs })).toMatchObject([{ kind: 'throttled' }]);
    expect(asked).toEqual([]);
  });

  test('is reported by the last reason', async () => {
    says = () => (asked.length < 3 ? throttled : unavailable);
    expect(await outcomesOf(['A'])).toMatchObject([{ kind: 'unavailable' }]);
  });

  test('is kept, and every address has its outcome, whatever the provider does', async () => {
    const behaviour = fc.constantFrom('found', 'missed', 'throttled', 'unavailable', 'refused', 'slow', 'hangs');
    const plan = fc.record({
      behaviours: fc.array(fc.array(behaviour, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 30 }),
      withinMs: fc.integer({ min: 0, max: 15_000 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ behaviours, withinMs }) => {
        database.restore();
        database = new DynamoDbFake();
        const tries = behaviours.map(() => 0);
        const latestStart = Date.now() + withinMs - 250;
        says = async ({ text }, signal) => {
          expect(Date.now()).toBeLessThanOrEqual(latestStart);
          const i = Number(text);
          const what = behaviours[i]![Math.min(tries[i]!++, behaviours[i]!.length - 1)];
          if (what === 'found') return [place(text)];
          if (what === 'missed') return [];
          if (what === 'slow') await new Promise((resolve) => setTimeout(resolve, 100));
          if (what === 'slow') return [place(text)];
          if (what !== 'hangs') return { kind: what as 'throttled', cause: 'Injected' };
          return await new Promise((resolve) =>
            signal.addEventListener('abort', () => resolve({ kind: 'unavailable', cause: 'AbortError' })),
          );
        };
        const { outcomes, tookMs } = await geocode(
          behaviours.map((_, i) => String(i)),
          { withinMs, by: newGeocoder() },
        );
        expect(tookMs).toBeLessThanOrEqual(Math.max(1, withinMs));
        for (const [i, outcome] of outcomes.entries()) {
          const final = behaviours[i]!;
          if (outcome.kind === 'found') expect([final.includes('found'), final.includes('slow')]).toContain(true);
          if (outcome.kind === 'failed') expect([final.includes('missed'), final.includes('refused')]).toContain(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the cache', () => {
  test('knows a place for thirty days, read in one wave, with what only its expiry decides', async () => {
    await geocode(['A', 'B']);
    database.calls.length = 0;
    passTime(30 * 24 * hour - 60_000);
    expect(await outcomesOf(['B', 'A'], { by: newGeocoder() })).toEqual([found('B'), found('A')]);
    expect(database.calls.map(({ operation }) => operation)).toEqual(['BatchGetCommand']);
    expect(asked).toHaveLength(2);
    passTime(60_000);
    expect(rows()).toHaveLength(2);
    await geocode(['A']);
    expect(texts()).toEqual(['A', 'B', 'A']);
  });

  test('remembers for an hour that nothing was found', async () => {
    says = () => [];
    await geocode(['A']);
    passTime(hour - 1000);
    expect(await outcomesOf(['A'])).toEqual([{ kind: 'failed', message: 'Could not geocode address' }]);
    expect(asked).toHaveLength(1);
    passTime(1000);
    await geocode(['A']);
    expect(asked).toHaveLength(2);
  });

  test('has a TTL that is not before the expiry', async () => {
    await geocode(['A']);
    const [{ expiresAt, ttl } = {}] = rows() as { expiresAt?: number; ttl?: number }[];
    expect(expiresAt! - Date.now()).toBe(30 * 24 * hour);
    expect(ttl).toBe(Math.ceil(expiresAt! / 1000));
  });

  test.each([throttled, unavailable])('never holds that the provider was $kind', async (answer) => {
    says = () => answer;
    await geocode(['A']);
    expect(rows()).toEqual([]);
    says = () => [place('A')];
    expect(await outcomesOf(['A'])).toEqual([found('A')]);
  });

  test('is shared by workspaces, each of which judges for itself', async () => {
    says = () => [place('A', { confidence: 0.8, precision: 'street' })];
    const asks = (settings: Partial<GeocodingSettings>) => outcomesOf(['A'], { settings, by: newGeocoder() });
    expect(await asks({})).toMatchObject([{ kind: 'found' }]);
    expect(await asks({ minConfidence: 0.9 })).toMatchObject([
      { kind: 'failed', message: expect.stringMatching('uncertain') },
    ]);
    expect(await asks({ minPrecision: 'address' })).toMatchObject([
      { message: expect.stringMatching('only the street') },
    ]);
    expect(asked).toHaveLength(1);
  });

  test('stores the results that show that an address is ambiguous', async () => {
    says = () => [place('A, X'), place('near', { latitude: 37.775 }), place('A, Y', { latitude: 50 })];
    const [first] = await outcomesOf(['A']);
    expect(first).toMatchObject({ kind: 'failed', message: expect.stringMatching('"A, X" and "A, Y"') });
    expect(await outcomesOf(['A'])).toEqual([first]);
    expect(asked).toHaveLength(1);
  });

  test('distinguishes everything that the provider receives', async () => {
    const bias = { latitude: 1, longitude: 2 };
    const different: Partial<GeocodingSettings>[] = [
      {},
      { bias },
      { bias: { latitude: 2, longitude: 1 } },
      { countries: ['USA'] },
      { countries: ['USA', 'ESP'] },
      { language: 'en' },
      { language: 'en', bias },
    ];
    for (const settings of different) await geocode(['A'], { settings });
    expect(rows()).toHaveLength(different.length);
    await geocode(['A'], { settings: { countries: ['ESP', 'USA'] } });
    expect(asked).toHaveLength(different.length);
  });

  test('has no address in its keys or in the log', async () => {
    says = () => throttled;
    await geocode(['12 Secret Lane'], { withinMs: 1000 });
    says = () => [place('elsewhere')];
    database.after = ({ operation }) => {
      if (operation === 'PutCommand') throw fault('ThrottlingException', { message: '12 Secret Lane' });
    };
    await geocode(['12 Secret Lane']);
    expect(JSON.stringify(rows())).not.toMatch(/secret lane/i);
    expect(rows()).toMatchObject([{ pk: expect.stringMatching(/^-{8}#geocode#[\w-]{43}$/), sk: 'geocode' }]);
    expect(output.text()).not.toMatch(/secret lane/i);
    expect(output.lines()).toMatchObject([
      { message: 'addresses not geocoded', addresses: 1, causes: { 'throttled: ThrottlingException': 1 } },
      { message: 'a geocode not written to the cache', error: 'ThrottlingException' },
    ]);
  });

  test.each(['BatchGetCommand', 'PutCommand'])('that fails at %s costs a call and nothing more', async (failing) => {
    database.before = ({ operation }) => {
      if (operation === failing) throw fault('InternalServerError');
    };
    expect(await outcomesOf(['A', 'B'])).toEqual([found('A'), found('B')]);
    expect(await outcomesOf(['A'])).toEqual([found('A')]);
    expect(asked).toHaveLength(3);
    expect(output.lines().map(({ error }) => error)).toContain('InternalServerError');
  });

  test.each([
    ['nothing of ours', {}],
    ['another form', { places: [{ latitude: 1 }], expiresAt: 9e15 }],
    ['a precision of another version', { places: [[1, 2, 'x', 1, 6]], expiresAt: 9e15 }],
  ])('that holds %s knows nothing', async (_, content) => {
    await geocode(['A']);
    const { pk, sk } = rows()[0]!;
    database.set('access', { pk, sk, ...content });
    expect(await outcomesOf(['A'])).toEqual([found('A')]);
    expect(asked).toHaveLength(2);
  });
});
