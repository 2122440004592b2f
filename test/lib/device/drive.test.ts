import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { drive, type Pace, type SentPoint } from '../../../lib/device/drive.ts';

/** When points are reported. */

const now = Date.parse('2026-03-22T08:00:00Z');
beforeEach(() => void vi.useFakeTimers({ now }));
afterEach(() => void vi.useRealTimers());

vi.mock(import('node:timers/promises'), async (original) => ({
  ...(await original()),
  setTimeout: ((milliseconds: number, _: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise<void>((resolve, reject) => {
      setTimeout(resolve, milliseconds);
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    })) as never,
}));

const track = [0, 10, 30].map((seconds, i) => ({ latitude: i, longitude: 0, seconds }));

async function driven(pace: Partial<Pace>, milliseconds = 60_000, of = track): Promise<[number, number][]> {
  const points: SentPoint[] = [];
  const quit = new AbortController();
  const end = drive(of, { speed: 1, loop: false, ...pace }, (point) => points.push(point), quit.signal);
  await vi.advanceTimersByTimeAsync(milliseconds);
  quit.abort();
  await end;
  return points.map(({ latitude, recordedAt }) => [latitude, Date.parse(recordedAt) - now]);
}

test('each point is reported when it was recorded', async () => {
  expect(await driven({})).toEqual([
    [0, 0],
    [1, 10_000],
    [2, 30_000],
  ]);
});

test('a factor drives faster, an interval in step', async () => {
  expect(await driven({ speed: 10 })).toEqual([
    [0, 0],
    [1, 1000],
    [2, 3000],
  ]);
  vi.setSystemTime(now);
  expect(await driven({ intervalSeconds: 2 })).toEqual([
    [0, 0],
    [1, 2000],
    [2, 4000],
  ]);
});

test('a loop starts again, with a pause between two laps', async () => {
  expect(await driven({ intervalSeconds: 5, loop: true }, 20_000)).toEqual([
    [0, 0],
    [1, 5000],
    [2, 10_000],
    [0, 15_000],
    [1, 20_000],
  ]);
  vi.setSystemTime(now);
  expect(await driven({ loop: true }, 41_000)).toEqual([
    [0, 0],
    [1, 10_000],
    [2, 30_000],
    [0, 31_000],
    [1, 41_000],
  ]);
});

test('no two points have the same millisecond, however fast it is', async () => {
  const points = await driven({ speed: 1_000_000 }, 10);
  expect(points.map(([, at]) => at)).toEqual([0, 1, 2]);
});

test('it ends at once with the signal', async () => {
  expect(await driven({}, 10_500)).toHaveLength(2);
  expect(await driven({ loop: true }, 0, [])).toEqual([]);
});
