const ceiling = 800;

/** Full jitter: a random wait of up to `milliseconds` × 2^attempt, at most 800 ms. */
export function backoff(attempt: number, milliseconds = 25): Promise<void> {
  const most = Math.min(ceiling, milliseconds * 2 ** attempt);
  return new Promise((resolve) => setTimeout(resolve, Math.random() * most));
}
