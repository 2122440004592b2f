const atOnce = 16;

/**
 * Calls `act` for each of many, several at once, and starts none after `until`. It returns only when no call is running
 * any more, even after a failure, so that nothing keeps running after its worker has failed.
 *
 * @param until milliseconds since 1970
 * @returns how many were not started
 * @throws the error of the first call that failed
 */
export async function concurrently<T>(
  all: readonly T[],
  act: (one: T) => Promise<void>,
  until: number,
): Promise<number> {
  let begun = 0;
  const next = async (): Promise<void> => {
    while (begun < all.length && Date.now() < until) {
      const one = all[begun] as T;
      begun += 1;
      await act(one);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: atOnce }, next));
  const broken = ended.find((one) => one.status === 'rejected');
  if (broken) throw broken.reason;
  return all.length - begun;
}
