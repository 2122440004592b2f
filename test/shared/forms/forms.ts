import fc from 'fast-check';

/** Random schemas and data for them: most are sound, and some are not. */

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

const { condition } = fc.letrec((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
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
    { depthSize: 'small', withCrossShrink: true },
    scalars,
    fc.record({ field: anId }),
    fc.record({
      op: fc.constantFrom('add', 'mul', 'concat'),
      args: fc.array(tie('expression'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ op: fc.constantFrom('sub', 'div'), args: fc.tuple(tie('expression'), tie('expression')) }),
    fc.record({ op: fc.constantFrom('sum', 'count'), args: fc.tuple(fc.record({ field: anId })) }),
    fc.record({ op: fc.constant('if'), args: fc.tuple(condition, tie('expression'), tie('expression')) }),
  ),
}));

const leaf = fc.oneof(
  fc.record({
    type: fc.constant('text'),
    validation: fc.record({ min_length: fc.nat(2), max_length: fc.integer({ min: 2, max: 6 }) }),
  }),
  fc.record({
    type: fc.constant('integer'),
    validation: fc.record({ min: fc.nat(2), max: fc.integer({ min: 2, max: 9 }) }),
  }),
  fc.record({ type: fc.constant('boolean') }),
  fc.record({ type: fc.constantFrom('select_one', 'select_multiple'), options: fc.constant(options) }),
  fc.record({ type: fc.constant('calculated'), calculate: expression }),
);

const rules = fc.record(
  { required: fc.boolean(), visible_if: condition, required_if: condition },
  { requiredKeys: [], noNullPrototype: true },
);
const common = fc.tuple(fc.boolean(), rules).map(([has, some]) => (has ? some : {}));

const nested = (type: string, inner: fc.Arbitrary<unknown>) =>
  fc.record({ type: fc.constant(type), fields: fc.array(inner, { minLength: 1, maxLength: 3 }) });
const plain = fc.tuple(leaf, common).map(([one, more]) => ({ ...one, ...more }));
const group = fc.tuple(nested('group', plain), common).map(([one, more]) => ({ ...one, ...more }));
const repeat = fc
  .tuple(nested('repeat', fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: group })), common)
  .map(([one, more]) => ({ ...one, ...more }));
const any = fc.oneof(
  { weight: 5, arbitrary: plain },
  { weight: 1, arbitrary: group },
  { weight: 2, arbitrary: repeat },
);

type RawField = Record<string, unknown> & { fields?: RawField[] };

/** Gives each field an id, in the order of the document. */
function named(fields: RawField[]): RawField[] {
  let next = 0;
  const name = (field: RawField): RawField => {
    const id = `f${next++}`;
    return { id, label: id, ...field, ...(field.fields ? { fields: field.fields.map(name) } : {}) };
  };
  return fields.map(name);
}

type Find = (id: string) => string;

/** Replaces each reference of a rule: `one` finds what an entry may name, `over` what a sum or a count may. */
function pointed(rule: unknown, one: Find, over: Find): unknown {
  if (Array.isArray(rule)) return rule.map((item) => pointed(item, one, over));
  if (typeof rule !== 'object' || rule === null) return rule;
  const { field, op } = rule as { field?: string; op?: string };
  if (field !== undefined) return { ...rule, field: one(field) };
  const find = op === 'sum' || op === 'count' ? over : one;
  return Object.fromEntries(Object.entries(rule).map(([key, value]) => [key, pointed(value, find, over)]));
}

class NothingToName extends Error {}

const oneOf =
  (ids: readonly string[]): Find =>
  (id) => {
    if (ids.length === 0) throw new NothingToName();
    return ids[Number(id.slice(1)) % ids.length]!;
  };

/** Makes rules name fields that stand before their own, and that they can see. One that has none is left out. */
function sound(fields: RawField[]): RawField[] {
  const before: { id: string; repeat: string | undefined }[] = [];
  const ruled = (field: RawField, key: string, repeat: string | undefined): RawField => {
    const { [key]: rule, ...rest } = field;
    if (rule === undefined) return field;
    const idsOf = (isSeen: boolean) =>
      before.filter((other) => (other.repeat === undefined || other.repeat === repeat) === isSeen).map(({ id }) => id);
    try {
      return { ...rest, [key]: pointed(rule, oneOf(idsOf(true)), oneOf(idsOf(false))) };
    } catch (error) {
      if (!(error instanceof NothingToName)) throw error;
      return key === 'calculate' ? { ...rest, [key]: 1 } : rest;
    }
  };
  const walk = (given: RawField, repeat: string | undefined): RawField => {
    const keys = ['visible_if', 'required_if', 'calculate'];
    const field = keys.reduce((one, key) => ruled(one, key, repeat), given);
    const inside = field.type === 'repeat' ? String(field.id) : repeat;
    if (field.fields) return { ...field, fields: field.fields.map((inner) => walk(inner, inside)) };
    before.push({ id: String(field.id), repeat });
    return field;
  };
  return fields.map((field) => walk(field, undefined));
}

/** One in ten names any field, or none that there is. */
export const schemas = fc
  .tuple(fc.array(any, { minLength: 1, maxLength: 7 }), fc.nat(9))
  .map(([fields, wild]) => [named(fields as RawField[]), wild] as const)
  .map(([fields, wild]) => ({ title: 'Random', fields: (wild === 0 ? fields : sound(fields)) as never[] }));

const values = fc.oneof(
  { weight: 6, arbitrary: scalars },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(null, '', [], {}, 'a', ['a']) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom('a', 'b', 'z'), { maxLength: 3 }) },
);

/** Data for a schema: the right shape, with any values in it. */
export function dataFor(fields: readonly RawField[]): fc.Arbitrary<Record<string, unknown>> {
  const entries = fields.map((field) => {
    const inner = field.fields ? dataFor(field.fields) : undefined;
    const one = inner === undefined ? values : field.type === 'repeat' ? fc.array(inner, { maxLength: 3 }) : inner;
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
