import fc from 'fast-check';
import type { KindName } from './naive.ts';

/** The requests of clients, in order; the interleaving determines when each step of them happens. */

type Killed = { readonly calls: number; readonly when: 'before' | 'after' } | undefined;

/** A command in small numbers: ids are chosen among the entities that exist when it begins. */
export interface Ask {
  readonly step: 'ask';
  readonly verb: 'create' | 'patch' | 'replace' | 'delete' | 'get' | 'list';
  readonly kind: KindName;
  /** Which entity, and which others it names; 7 and above name nothing that exists. */
  readonly which: number;
  readonly others: readonly number[];
  readonly word: number;
  /** Whether it has `If-Match`; 2 means with the previous version. */
  readonly careful: 0 | 1 | 2;
  /** How often it is repeated under one `Idempotency-Key`, each time a while later. */
  readonly again: number;
  readonly killedAfter: Killed;
}

export type Step =
  | Ask
  /** A message of the outbox is delivered to the worker; 0 is the last one. */
  | { readonly step: 'deliver'; readonly ago: number; readonly killedAfter: Killed }
  | { readonly step: 'settle' }
  | { readonly step: 'wait'; readonly milliseconds: number };

export interface Plan {
  readonly seed: number;
  readonly steps: readonly Step[];
}

const kill = fc.record({
  calls: fc.integer({ min: 1, max: 6 }),
  when: fc.constantFrom('before' as const, 'after' as const),
});
const killedAfter = fc.option(kill, { nil: undefined, freq: 10 });
const small = fc.integer({ min: 0, max: 8 });

const ask: fc.Arbitrary<Ask> = fc.record({
  step: fc.constant('ask' as const),
  verb: fc.constantFrom(
    ...(['create', 'create', 'create', 'patch', 'patch', 'replace', 'delete', 'delete', 'get', 'list'] as const),
  ),
  kind: fc.constantFrom<KindName[]>(
    'yard',
    'yard',
    'yard',
    'box',
    'box',
    'lock',
    'lock',
    'rule',
    'rule',
    'rule',
    'deed',
  ),
  which: fc.integer({ min: 0, max: 4 }),
  others: fc.array(small, { minLength: 4, maxLength: 4 }),
  word: fc.integer({ min: 0, max: 5 }),
  careful: fc.constantFrom(0, 0, 0, 1, 2),
  again: fc.constantFrom(0, 0, 0, 1, 2),
  killedAfter,
});
const deliver = fc.record({ step: fc.constant('deliver' as const), ago: fc.constantFrom(0, 0, 0, 1, 2), killedAfter });
const wait = fc.record({ step: fc.constant('wait' as const), milliseconds: fc.constantFrom(100, 3000, 61_000) });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 16, arbitrary: ask },
  { weight: 3, arbitrary: deliver },
  { weight: 1, arbitrary: fc.constant({ step: 'settle' as const }) },
  { weight: 1, arbitrary: wait },
);

export const plan: fc.Arbitrary<Plan> = fc.record({
  seed: fc.integer(),
  steps: fc.array(step, { minLength: 20, maxLength: 80, size: 'max' }),
});

/** A create of a reference and the delete of its target, both at once and before anything else, again and again. */
export const rush: fc.Arbitrary<Plan> = fc.record({
  seed: fc.integer(),
  steps: fc
    .array(
      fc
        .tuple(
          fc.constantFrom<KindName[]>('rule', 'deed'),
          fc.constantFrom<KindName[]>('yard', 'box', 'lock', 'lock'),
          fc.integer({ min: 0, max: 1 }),
          fc.integer({ min: 0, max: 5 }),
        )
        .map(([holder, held, which, word]): Step[] => {
          const base = { step: 'ask', which, word, careful: 0, again: 0, killedAfter: undefined } as const;
          const others = [which, which, holder === 'rule' ? 0 : 2, 0];
          return [
            { ...base, verb: 'create', kind: holder, others },
            { ...base, verb: 'delete', kind: held, others },
            { step: 'settle' },
            { ...base, verb: 'delete', kind: holder, others },
            { step: 'settle' },
          ];
        }),
      { minLength: 2, maxLength: 6 },
    )
    .map((rounds) => rounds.flat()),
});
