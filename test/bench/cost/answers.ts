import type { RecordedCall } from './recording.ts';

/** Recorded responses, found by the request. */

type Json = Readonly<Record<string, unknown>>;

/** The parts of an input that identify its rows. */
const identifying = [
  ...['TableName', 'IndexName', 'Key', 'RequestItems', 'ExpressionAttributeValues', 'ExclusiveStartKey', 'Select'],
  ...['QueueUrl', 'KeyId'],
];

function identity(target: string, input: Json): string {
  const { pk, sk } = (input.Item ?? {}) as Json;
  const reads = /\.(Get|BatchGet|Query|Scan)/.test(target);
  const parts = identifying.filter((name) => name in input && (reads || name !== 'ExpressionAttributeValues'));
  return `${target} ${ordered([...parts.map((name) => [name, input[name]]), pk, sk])}`;
}

/** JSON with sorted names, since another client may write them in another order. */
function ordered(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(ordered)}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  return `{${Object.entries(value)
    .map(([name, part]) => `${name}:${ordered(part)}`)
    .sort()}}`;
}

/** New ids, instants and hashes differ between requests. */
const masked = (text: string): string => text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|[\w-]{43}|\d+/g, '*');

/** From exactly the same call to merely the same operation. */
const likenesses: readonly ((call: Pick<RecordedCall, 'target' | 'input'>) => string)[] = [
  ({ target, input }) => identity(target, input as Json),
  ({ target, input }) => masked(identity(target, input as Json)),
  ({ target }) => target,
];

export class Answers {
  readonly #byLikeness = likenesses.map(() => new Map<string, { readonly answers: string[]; next: number }>());

  constructor(calls: readonly RecordedCall[]) {
    for (const call of calls) {
      for (const [i, likeness] of likenesses.entries()) {
        const key = likeness(call);
        const known = this.#byLikeness[i]!.get(key) ?? { answers: [], next: 0 };
        known.answers.push(JSON.stringify(call.answer));
        this.#byLikeness[i]!.set(key, known);
      }
    }
  }

  /** Returns the recorded responses in order, repeatedly; undefined for a request that was not recorded. */
  find(target: string, input: object): string | undefined {
    for (const [i, likeness] of likenesses.entries()) {
      const found = this.#byLikeness[i]!.get(likeness({ target, input }));
      if (found) return found.answers[found.next++ % found.answers.length];
    }
    return undefined;
  }
}
