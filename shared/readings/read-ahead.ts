/** Items that are ready, or a read that returns some. */
export type Task<T> = { readonly ready: readonly T[] } | { readonly read: () => Promise<readonly T[]> };

/** The most ready items that wait for earlier reads. */
const mostReady = 500;

/**
 * The items of tasks, in order. Several reads run at once, ahead of the consumer. Memory holds only their results, and
 * some ready items between them.
 */
export async function* readAheadOf<T>(
  tasks: AsyncIterable<Task<T>>,
  readsAtOnce: number,
): AsyncGenerator<readonly T[]> {
  const waiting: { readonly ready: number; readonly result: readonly T[] | Promise<readonly T[]> }[] = [];
  let [reads, ready] = [0, 0];
  for await (const task of tasks) {
    if ('ready' in task) {
      waiting.push({ ready: task.ready.length, result: task.ready });
      ready += task.ready.length;
    } else {
      const result = task.read();
      // A failure appears where the result is awaited, if the caller continues until there.
      result.catch(() => undefined);
      waiting.push({ ready: -1, result });
      reads += 1;
    }
    while (waiting[0] && (waiting[0].ready >= 0 || reads >= readsAtOnce || ready > mostReady)) {
      const first = waiting.shift()!;
      yield await first.result;
      if (first.ready < 0) reads -= 1;
      else ready -= first.ready;
    }
  }
  for (const { result } of waiting) yield await result;
}
