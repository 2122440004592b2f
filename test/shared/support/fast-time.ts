import { vi } from 'vitest';

/**
 * Makes timers, dates and `performance.now()` pass twenty times as fast as they do, for a test that has to wait while
 * sockets or workers really work. `vi.useRealTimers()` alone does not end it: call the returned function.
 */
export function fastTime(): () => void {
  const ticks = setInterval(() => vi.advanceTimersByTime(100), 5);
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  return () => {
    vi.useRealTimers();
    clearInterval(ticks);
  };
}
