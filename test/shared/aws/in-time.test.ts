import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { inTime } from '../../../shared/aws/in-time.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The reason that the work received while it ran. */
async function reasonOf(signal: AbortSignal, happens: () => void): Promise<boolean> {
  return await inTime(1000, signal, async (own) => {
    happens();
    return own.aborted;
  });
}

test('work gets the signal when its time is over, and not before', async () => {
  const { signal } = new AbortController();
  expect(await reasonOf(signal, () => vi.advanceTimersByTime(999))).toBe(false);
  expect(await reasonOf(signal, () => vi.advanceTimersByTime(1000))).toBe(true);
});

test('work gets the signal of its caller, even if it was given beforehand', async () => {
  const abort = new AbortController();
  expect(await reasonOf(abort.signal, () => abort.abort())).toBe(true);
  expect(await reasonOf(abort.signal, () => undefined)).toBe(true);
});

test('no timer or listener is left when the work ends, with or without an error', async () => {
  const { signal } = new AbortController();
  const remove = vi.spyOn(signal, 'removeEventListener');
  expect(await inTime(1000, signal, async () => 'done')).toBe('done');
  await expect(inTime(1000, signal, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(remove).toHaveBeenCalledTimes(2);
  expect(vi.getTimerCount()).toBe(0);
});
