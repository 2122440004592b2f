import { InternalServerException, ThrottlingException } from '@aws-sdk/client-location';
import { describe, expect, test } from 'vitest';
import { createFaults, FaultSettings } from '../../../../lib/local/location/faults.ts';
import { openStage, type Stage } from './stage.ts';

const off = {
  latencyMilliseconds: 0,
  callsPerSecond: null,
  throttleShare: 0,
  failShare: 0,
  hangShare: 0,
  garbage: null,
  only: null,
};

/** The outcomes of a number of calls, one after another, counted. */
async function ends({ search }: Stage, count: number, Text = '1 Infinite Loop'): Promise<string[]> {
  const all: string[] = [];
  for (let i = 0; i < count; i++) {
    all.push(
      await search({ Text }, AbortSignal.timeout(250)).then(
        () => 'ok',
        ({ name }: Error) => name,
      ),
    );
  }
  return all;
}

describe('the switches', () => {
  test('are off at first, are set as a whole, and are off again', async () => {
    const { control } = await openStage();
    expect(await control('GET')).toMatchObject({ status: 200, body: { settings: off } });
    const set = await control('PUT', { failShare: 0.25, only: 'Market' });
    expect(set).toMatchObject({ status: 200, body: { settings: { ...off, failShare: 0.25, only: 'Market' } } });
    await control('PUT', { garbage: 'not-json' });
    expect((await control('GET')).body.settings).toEqual({ ...off, garbage: 'not-json' });
    expect((await control('DELETE')).body.settings).toEqual(off);
  });

  test.each([
    [{ latency: 5 }, '"latency"'],
    [{ failShare: 1.1 }, 'failShare'],
    [{ failShare: 0.6, hangShare: 0.6 }, 'together more than 1'],
    [{ callsPerSecond: 0 }, 'callsPerSecond'],
    [{ garbage: 'confetti' }, 'garbage'],
    [{ only: '' }, 'only'],
    ['{', 'not JSON'],
  ])('refuse %j with a sentence and stay as they are', async (settings, word) => {
    const { control } = await openStage();
    await control('PUT', { failShare: 0.5 });
    const { status, body } = await control('PUT', settings);
    expect(status).toBe(400);
    expect(body).toEqual({ message: expect.stringMatching(/\.$/) });
    expect(body.message).toContain(word);
    expect((await control('GET')).body.settings.failShare).toBe(0.5);
  });

  test('know no other method', async () => {
    const { control } = await openStage();
    expect((await control('POST', {})).status).toBe(405);
  });

  test('belong to one gateway', async () => {
    const [one, other] = [await openStage(), await openStage()];
    await one.control('PUT', { failShare: 1 });
    expect(await ends(one, 1)).toEqual(['InternalServerException']);
    expect(await ends(other, 1)).toEqual(['ok']);
    expect(await other.counters()).toMatchObject({ calls: 1, answered: 1 });
  });
});

describe('faults', () => {
  test('throttle, fail and hang their shares, evenly and in the same order each time', async () => {
    const stage = await openStage();
    const settings = { throttleShare: 0.25, failShare: 0.25, hangShare: 0.25 };
    await stage.control('PUT', settings);
    const once = await ends(stage, 8);
    expect(once.toSorted()).toEqual(
      ['ok', 'ThrottlingException', 'InternalServerException', 'AbortError'].flatMap((end) => [end, end]).toSorted(),
    );
    expect(await stage.counters()).toMatchObject({ calls: 8, answered: 2, throttled: 2, failed: 2, hung: 2 });
    await stage.control('PUT', settings);
    expect(await ends(stage, 8)).toEqual(once);
  });

  test('are the errors that the SDK knows and tries again', async () => {
    const { search, control } = await openStage();
    await control('PUT', { throttleShare: 1 });
    const throttled = await search({}).catch((error) => error);
    expect(throttled).toBeInstanceOf(ThrottlingException);
    expect(throttled).toMatchObject({ $metadata: { httpStatusCode: 429 }, $retryable: expect.anything() });
    await control('PUT', { failShare: 1 });
    const failed = await search({}).catch((error) => error);
    expect(failed).toBeInstanceOf(InternalServerException);
    expect(failed).toMatchObject({ $metadata: { httpStatusCode: 500 }, $retryable: expect.anything() });
  });

  test.each([0.1, 0.3, 0.7, 1])('a share of %d is that of a thousand calls', (failShare) => {
    const { next } = createFaults(FaultSettings.parse({ failShare }));
    const failed = Array.from({ length: 1000 }, () => next(0)).filter((fault) => fault === 'fail');
    expect(failed).toHaveLength(failShare * 1000);
  });

  test('hold a quota in any second', () => {
    const { next } = createFaults(FaultSettings.parse({ callsPerSecond: 2 }));
    const faults = [0, 600, 900, 999, 1000, 1100, 1599, 1600].map((now) => next(now));
    const no = undefined;
    expect(faults).toEqual([no, no, 'throttle', 'throttle', no, 'throttle', 'throttle', no]);
  });

  test('throttle what is over the quota', async () => {
    const stage = await openStage();
    await stage.control('PUT', { callsPerSecond: 3, latencyMilliseconds: 20 });
    const all = await Promise.allSettled(Array.from({ length: 5 }, () => stage.search({})));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await stage.counters()).toMatchObject({ calls: 5, answered: 3, throttled: 2 });
  });

  test('make answers late', async () => {
    const { search, control } = await openStage();
    await control('PUT', { latencyMilliseconds: 120 });
    const begin = performance.now();
    await search({});
    expect(performance.now() - begin).toBeGreaterThan(115);
  });

  test('affect only the searches that they name', async () => {
    const stage = await openStage();
    await stage.control('PUT', { failShare: 0.5, garbage: 'not-json', callsPerSecond: 1000, only: 'Market' });
    expect(await ends(stage, 3, '1 Main St')).toEqual(['ok', 'ok', 'ok']);
    expect(await ends(stage, 2, '1 Market St')).toEqual(['SyntaxError', 'InternalServerException']);
  });

  test('answer garbage', async () => {
    const { search, control } = await openStage();
    await control('PUT', { garbage: 'not-json' });
    await expect(search({})).rejects.toThrow(SyntaxError);
    await control('PUT', { garbage: 'wrong-shape' });
    expect((await search({})).Results![0]!.Place!.Geometry!.Point).toBeUndefined();
    await control('PUT', { garbage: 'out-of-range' });
    const [{ Place, Relevance } = {}] = (await search({})).Results!;
    expect(Math.abs(Place!.Geometry!.Point![1]!)).toBeGreaterThan(90);
    expect(Relevance).toBeGreaterThan(1);
  });
});

describe('the counters', () => {
  test('count calls that are under way, until the client gives up', async () => {
    const stage = await openStage();
    await stage.control('PUT', { hangShare: 1 });
    const giveUp = new AbortController();
    const calls = [1, 2, 3].map((i) => stage.search({ Text: `${i} Main St` }, giveUp.signal).catch(({ name }) => name));
    await expect.poll(stage.counters).toMatchObject({ calls: 3, hung: 3, inFlight: 3, mostInFlight: 3 });
    giveUp.abort();
    expect(await Promise.all(calls)).toEqual(['AbortError', 'AbortError', 'AbortError']);
    await expect.poll(stage.counters).toMatchObject({ inFlight: 0, mostInFlight: 3, mostCallsInOneSecond: 3 });
    expect((await stage.counters()).texts.toSorted()).toEqual(['1 Main St', '2 Main St', '3 Main St']);
  });

  test('start again after DELETE, except for calls under way', async () => {
    const stage = await openStage();
    await stage.search({});
    await stage.control('PUT', { hangShare: 1 });
    const giveUp = new AbortController();
    const hanging = stage.search({}, giveUp.signal).catch(({ name }) => name);
    await expect.poll(stage.counters).toMatchObject({ hung: 1, inFlight: 1, mostInFlight: 1 });
    const none = { calls: 0, answered: 0, throttled: 0, failed: 0, hung: 0, refused: 0, mostCallsInOneSecond: 0 };
    const { counters } = (await stage.control('DELETE')).body;
    expect(counters).toEqual({ ...none, inFlight: 1, mostInFlight: 1, texts: [] });
    giveUp.abort();
    await hanging;
    await expect.poll(stage.counters).toMatchObject({ inFlight: 0 });
  });
});
