import fc from 'fast-check';

/** The events of a test, in order; the interleaving determines when each of them is done. */

type Killed = { readonly calls: number; readonly when: 'before' | 'after' } | undefined;

export interface Change {
  readonly kind: 'change';
  readonly what: 'move' | 'resize' | 'box' | 'vast' | 'rename' | 'status' | 'action' | 'words';
  readonly a: number;
  readonly b: number;
  /** With `If-Match`. */
  readonly careful: boolean;
  readonly killedAfter: Killed;
}

export interface Clean {
  readonly kind: 'clean';
  /** Which message is delivered: 0 is the last one sent. */
  readonly ago: number;
  readonly killedAfter: Killed;
}

export type Step =
  | Change
  | { readonly kind: 'delete'; readonly killedAfter: Killed }
  | Clean
  | { readonly kind: 'check' }
  /** Everything in progress is finished. */
  | { readonly kind: 'settle' }
  | { readonly kind: 'wait'; readonly milliseconds: number };

export interface Plan {
  readonly seed: number;
  readonly steps: readonly Step[];
}

const unit = fc.integer({ min: -100, max: 100 }).map((n) => n / 100);
const kill = fc.record({
  calls: fc.integer({ min: 1, max: 24 }),
  when: fc.constantFrom('before' as const, 'after' as const),
});
const killedAfter = fc.option(kill, { nil: undefined, freq: 12 });

const moves = ['move', 'move', 'move'] as const;
const rest = ['status', 'action', 'words'] as const;
const change = fc.record({
  kind: fc.constant('change' as const),
  what: fc.oneof(
    { weight: 27, arbitrary: fc.constantFrom<Change['what'][]>(...moves, 'resize', 'box', 'rename', ...rest) },
    { weight: 1, arbitrary: fc.constant<Change['what']>('vast') },
  ),
  a: unit,
  b: unit,
  careful: fc.boolean(),
  killedAfter,
});
const check = fc.constant({ kind: 'check' as const });
const clean = fc.record({ kind: fc.constant('clean' as const), ago: fc.constantFrom(0, 0, 0, 1, 2, 5), killedAfter });
const wait = fc.record({
  kind: fc.constant('wait' as const),
  milliseconds: fc.constantFrom(100, 3000, 15_100, 40_000),
});
const end = fc.record({ kind: fc.constant('delete' as const), killedAfter });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 9, arbitrary: change },
  { weight: 9, arbitrary: check },
  { weight: 6, arbitrary: clean },
  { weight: 3, arbitrary: wait },
  { weight: 2, arbitrary: fc.constant({ kind: 'settle' as const }) },
  { weight: 1, arbitrary: end },
);

export const plan: fc.Arbitrary<Plan> = fc.record({
  seed: fc.integer(),
  steps: fc.array(step, { minLength: 8, maxLength: 40, size: 'max' }),
});

/**
 * Readers around one move after another, each cleaned up as soon as possible: the reason for the delay of the clean-up.
 */
export const haste: fc.Arbitrary<Plan> = fc.record({
  seed: fc.integer(),
  steps: fc
    .array(
      fc
        .tuple(fc.constantFrom<Change['what']>('move', 'resize'), unit, unit)
        .map(([what, a, b]): Step[] => [
          { kind: 'change', what, a, b, careful: false, killedAfter: undefined },
          ...Array<Step>(3).fill({ kind: 'check' }),
          ...[0, 1, 2, 3].flatMap((): Step[] => [{ kind: 'check' }, { kind: 'clean', ago: 0, killedAfter: undefined }]),
          { kind: 'settle' },
        ]),
      { minLength: 1, maxLength: 3 },
    )
    .map((rounds) => rounds.flat()),
});
