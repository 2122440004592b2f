/**
 * Runs `work` with a signal that aborts when `signal` does, or after a number of milliseconds. `AbortSignal.any` with
 * `AbortSignal.timeout` does the same, but costs ten times as much per request.
 */
export async function inTime<T>(
  milliseconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const end = () => abort.abort();
  const timer = setTimeout(end, milliseconds);
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  try {
    return await work(abort.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}
