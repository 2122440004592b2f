import fc from 'fast-check';
import { type RawField, sound } from './sound.ts';
import { media, moments, texts, valuesOfTypes } from './values.ts';

/** Random schemas and data for them: most are valid, and some are not. */

const ids = Array.from({ length: 14 }, (_, i) => `f${i}`);
const options = ['a', 'b', 'c'].map((value) => ({ value, label: value }));
const scalars = fc.constantFrom<unknown>('a', 'b', 'ab', 'long text', 0, 1, 2, 7, true, false);
const anId = fc.constantFrom(...ids);

const comparison = fc.record({
  field: anId,
  op: fc.constantFrom('eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'contains'),
  value: scalars,
});
const answered = fc.record({ field: anId, op: fc.constant('answered'), value: fc.boolean() });
const among = fc.record({
  field: anId,
  op: fc.constant('in'),
  value: fc.array(scalars, { minLength: 1, maxLength: 3 }),
});

/** Five levels, so that a condition within an expression is not deeper than the ten that a form may have. */
const usual = { depthSize: 'small', maxDepth: 4, withCrossShrink: true } as const;

const { condition } = fc.letrec((tie) => ({
  condition: fc.oneof(
    usual,
    comparison,
    answered,
    among,
    fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ not: tie('condition') }),
  ),
}));

const { expression } = fc.letrec((tie) => ({
  expression: fc.oneof(
    usual,
    scalars,
    fc.record({ field: anId }),
    fc.record({
      op: fc.constantFrom('add', 'mul', 'concat'),
      args: fc.array(tie('expression'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ op: fc.constantFrom('sub', 'div', 'round'), args: fc.tuple(tie('expression'), tie('expression')) }),
    fc.record({ op: fc.constant('round'), args: fc.tuple(tie('expression')) }),
    fc.constant({ op: 'today' }),
    fc.record({ op: fc.constantFrom('sum', 'count'), args: fc.tuple(fc.record({ field: anId })) }),
    fc.record({ op: fc.constant('if'), args: fc.tuple(condition, tie('expression'), tie('expression')) }),
  ),
}));

const bounds = <T>(least: string, most: string, values: readonly T[]) =>
  fc
    .record({ low: fc.nat(values.length - 1), high: fc.nat(values.length - 1), both: fc.nat(3), message: fc.boolean() })
    .map(({ low, high, both, message }) => ({
      validation: {
        ...(both === 1 ? {} : { [least]: values[Math.min(low, high)] }),
        ...(both === 2 ? {} : { [most]: values[Math.max(low, high)] }),
        ...(message ? { message: 'So not.' } : {}),
      },
    }));
const ofType = (types: readonly string[], more: fc.Arbitrary<object> = fc.constant({})) =>
  fc.tuple(fc.constantFrom(...types), more).map(([type, rest]) => ({ type, ...rest }));
const pattern = fc.constantFrom('^a', 'b$', '^(a|b)+$', '[0-9]', '\\pL', '(?i)^LONG').map((source) => ({
  validation: { pattern: source },
}));
const accuracy = fc.nat(20).map((max_accuracy) => ({ validation: { max_accuracy } }));
const selected = bounds('min_selected', 'max_selected', [0, 1, 2, 3]).map((one) => ({ ...one, options }));

const leaf = fc.oneof(
  ofType(texts, fc.oneof(bounds('min_length', 'max_length', [0, 1, 2, 6]), pattern)),
  ofType(['integer', 'number'], bounds('min', 'max', [0, 1, 1.5, 2, 9])),
  ...(['date', 'time', 'datetime'] as const).map((type) => ofType([type], bounds('min', 'max', moments[type]))),
  ofType(['boolean', 'hidden', 'note', 'divider']),
  ofType(['select_one', 'select_one_other'], fc.constant({ options })),
  ofType(['select_multiple'], selected),
  ofType(['geopoint'], accuracy),
  ofType(['geotrace', 'route', ...media]),
  { weight: 3, arbitrary: ofType(['calculated'], fc.record({ calculate: expression })) },
);

const rules = fc.record(
  { required: fc.boolean(), visible_if: condition, required_if: condition },
  { requiredKeys: [], noNullPrototype: true },
);
const common = fc.tuple(fc.boolean(), rules).map(([has, some]) => (has ? some : {}));

const inside = (inner: fc.Arbitrary<unknown>) => fc.array(inner, { minLength: 1, maxLength: 3 });
const both = <A extends object, B extends object>(one: fc.Arbitrary<A>, more: fc.Arbitrary<B>) =>
  fc.tuple(one, more).map(([a, b]) => ({ ...a, ...b }));
const plain = both(leaf, common);
const groupOf = (inner: fc.Arbitrary<unknown>) =>
  both(fc.record({ type: fc.constant('group'), fields: inside(inner) }), common);
const mixed = (inner: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: inner });
const innermost = groupOf(plain);
const group = groupOf(mixed(innermost));
const repeat = both(
  both(fc.record({ type: fc.constant('repeat'), fields: inside(mixed(group)) }), common),
  bounds('min_items', 'max_items', [0, 1, 2, 4]),
);
const any = fc.oneof(
  { weight: 5, arbitrary: plain },
  { weight: 1, arbitrary: groupOf(mixed(fc.oneof(group, repeat))) },
  { weight: 2, arbitrary: repeat },
);

/** Gives each field an id, in the order of the document. */
function named(fields: RawField[]): RawField[] {
  let next = 0;
  const name = (field: RawField): RawField => {
    const id = `f${next++}`;
    return { id, label: id, ...field, ...(field.fields ? { fields: field.fields.map(name) } : {}) };
  };
  return fields.map(name);
}

/** In one of ten, rules name any field or an unknown one; the others are valid. */
export const schemas = fc
  .tuple(fc.array(any, { minLength: 1, maxLength: 7 }), fc.nat(9))
  .map(([fields, wild]) => [named(fields as RawField[]), wild] as const)
  .map(([fields, wild]) => ({
    isSound: wild > 0,
    schema: { title: 'Random', fields: (wild === 0 ? fields : sound(fields, wild > 5)) as never[] },
  }));

const values = fc.oneof(
  { weight: 6, arbitrary: scalars },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(null, '', [], {}, 'a', ['a']) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom('a', 'b', 'z'), { maxLength: 3 }) },
);

/** Values of the type of a field, right and wrong ones, and of any other type. */
const valuesOf = ({ type }: RawField) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...(valuesOfTypes[String(type)] ?? [1])) },
    { weight: 1, arbitrary: values },
    { weight: 1, arbitrary: fc.constantFrom(...Object.values(valuesOfTypes).flat()) },
  );

/** Data for a schema: the right shape, with any values in it. */
export function dataFor(fields: readonly RawField[]): fc.Arbitrary<Record<string, unknown>> {
  const entries = fields.map((field) => {
    const inner = field.fields ? dataFor(field.fields) : undefined;
    const one =
      inner === undefined ? valuesOf(field) : field.type === 'repeat' ? fc.array(inner, { maxLength: 5 }) : inner;
    return [
      field.id,
      fc.option(fc.oneof({ weight: 9, arbitrary: one }, { weight: 1, arbitrary: values }), { nil: undefined }),
    ];
  });
  const known = fc.record(Object.fromEntries(entries) as Record<string, fc.Arbitrary<unknown>>);
  return fc.tuple(known, fc.boolean(), fc.nat(20)).map(([all, , odd]) => {
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    return odd === 0 ? { ...sent, stranger: 1 } : sent;
  });
}
