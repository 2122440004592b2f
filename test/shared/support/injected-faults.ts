import fc from 'fast-check';

/** Functions that crash between two calls of the database, and redelivery. */

interface Fault {
  /** How many calls succeed before it. */
  readonly in: number;
  /** Whether the call fails before or after its effect. */
  readonly when: 'before' | 'after';
}

export const faults = (most: number): fc.Arbitrary<Fault[]> =>
  fc.array(fc.record({ in: fc.nat(12), when: fc.constantFrom('before', 'after') }), { maxLength: most });

/** A store in memory, whose calls can fail: `DynamoDbFake`, `S3Fake`. */
interface Store {
  before: (call: never) => void | Promise<void>;
  after: (call: never) => void | Promise<void>;
}

/** Lets calls of stores fail, one fault after the other. Returns a function that ends this. */
export function injectFaults(stores: Store | readonly Store[], given: readonly Fault[]): () => void {
  const waiting = [...given];
  let calls = 0;
  const failing = (when: Fault['when']) => () => {
    const [next] = waiting;
    if (!next || next.when !== when || calls++ < next.in) return;
    waiting.shift();
    calls = 0;
    throw new Error('The function dies here');
  };
  const all = 'before' in stores ? [stores] : stores;
  for (const store of all) [store.before, store.after] = [failing('before'), failing('after')];
  return () => {
    for (const store of all) [store.before, store.after] = [() => undefined, () => undefined];
  };
}

/** Repeats until it succeeds, as a queue redelivers and a client retries. */
export async function redelivered<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < 30; attempt++) {
    try {
      return await act();
    } catch {
      // The next attempt follows.
    }
  }
  throw new Error('It never succeeds');
}
