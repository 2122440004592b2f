const atOnce = 16;

/**
 * Does something about each of many, so many at once, and begins none when the time is over. Ends when none is under way
 * any more, whatever failed: nothing goes on behind a worker that has failed.
 *
 * @param until milliseconds since 1970
 * @returns how many were not begun
 * @throws what the first that failed threw
 */
export async function sideBySide<T>(all: readonly T[], act: (one: T) => Promise<void>, until: number): Promise<number> {
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
