/**
 * Runs `work` with a signal that speaks when `signal` does, or after so many milliseconds. `AbortSignal.any` with
 * `AbortSignal.timeout` says the same, and costs ten times as much in each request.
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
