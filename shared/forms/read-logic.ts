import { isJsonObject } from '../json/exact.ts';
import { noneHasId } from '../problems/problem.ts';
import type { Failures, Loc } from './failures.ts';
import { GivenObject, scalarOf } from './given.ts';
import { readComparison } from './read-comparison.ts';
import type { Arithmetic, Condition, Expression, Field } from './schema.ts';
import { comparable } from './types.ts';

/** Reading conditions and expressions of a field, once all fields are known. */

const deepest = 10;
const mostArgs = 100;

/** How many arguments each operator takes. */
const arities: Readonly<Record<string, readonly [fewest: number, most: number]>> = {
  add: [1, mostArgs],
  sub: [2, 2],
  mul: [1, mostArgs],
  div: [2, 2],
  round: [1, 2],
  sum: [1, 1],
  count: [1, 1],
  concat: [1, mostArgs],
  if: [3, 3],
  today: [0, 0],
};

export class LogicReader {
  readonly owner: Field;
  readonly byId: ReadonlyMap<string, Field>;
  readonly failures: Failures;

  constructor(owner: Field, byId: ReadonlyMap<string, Field>, failures: Failures) {
    [this.owner, this.byId, this.failures] = [owner, byId, failures];
  }

  condition(value: unknown, loc: Loc, depth = 1): Condition | undefined {
    const given = GivenObject.read(value, loc, this.failures);
    if (!given || this.#isTooDeep(loc, depth)) return undefined;
    const [op = undefined] = ['all', 'any', 'not'].filter((key) => given.raw(key) !== undefined);
    if (op === undefined) return readComparison(this, given);
    given.allow([op]);
    if (op === 'not') {
      const of = this.condition(given.raw('not'), [...loc, 'not'], depth + 1);
      return of && { op, of };
    }
    const list = given.list(op, [1, mostArgs]) ?? [];
    const of = list.map((one, i) => this.condition(one, [...loc, op, i], depth + 1));
    return { op: op as 'all' | 'any', of: of.filter((one) => one !== undefined) };
  }

  expression(value: unknown, loc: Loc, depth = 1): Expression | undefined {
    if (!isJsonObject(value)) return this.#literal(value, loc);
    const given = GivenObject.read(value, loc, this.failures)!;
    if (this.#isTooDeep(loc, depth)) return undefined;
    if (given.raw('field') !== undefined && given.raw('op') === undefined) {
      given.allow(['field']);
      const field = this.field(given, 'seen');
      return field && { op: 'field', field };
    }
    given.allow(['op', 'args']);
    const op = given.raw('op');
    if (op === undefined) return given.missing('op');
    const arity = typeof op === 'string' && Object.hasOwn(arities, op) ? arities[op] : undefined;
    if (!arity) return given.refuse('op', 'enum', `Should be one of ${Object.keys(arities).join(', ')}`);
    if (arity[0] > 0 && given.raw('args') === undefined) return given.missing('args');
    const args = given.list('args', arity) ?? (arity[0] === 0 ? [] : undefined);
    return args && this.#operation(op as string, args, [...loc, 'args'], depth);
  }

  /** The field that an entry `field` names. */
  field(given: GivenObject, reach: 'seen' | 'repeated'): Field | undefined {
    const id = given.raw('field');
    if (id === undefined) return given.missing('field');
    const field = typeof id === 'string' ? this.byId.get(id) : undefined;
    if (!field) return given.refuse('field', 'unknown_reference', noneHasId('field'));
    const isSeen = field.repeat === undefined || field.repeat === this.owner.repeat;
    if (reach === 'repeated') return field;
    if (!isSeen) {
      return given.refuse('field', 'unknown_reference', `"${field.id}" is in a repeat, and cannot be seen from here`);
    }
    return field;
  }

  #isTooDeep(loc: Loc, depth: number): boolean {
    if (depth > deepest) this.failures.add('too_large', loc, `Should be nested at most ${deepest} levels deep`);
    return depth > deepest;
  }

  #literal(value: unknown, loc: Loc): Expression | undefined {
    const scalar = value === null ? null : scalarOf(value);
    if (scalar !== undefined) return { op: 'value', value: scalar };
    this.failures.add('type_error', loc, 'Should be a text, a number, true, false, a field or an expression');
    return undefined;
  }

  #operation(op: string, args: readonly unknown[], loc: Loc, depth: number): Expression | undefined {
    if (op === 'today') return { op };
    if (op === 'sum' || op === 'count') return this.#over(op, args[0], [...loc, 0]);
    if (op === 'if') {
      const test = this.condition(args[0], [...loc, 0], depth + 1);
      const [yes, no] = [1, 2].map((i) => this.expression(args[i], [...loc, i], depth + 1));
      return test && yes && no && { op, test, yes, no };
    }
    const read = args.map((one, i) => this.expression(one, [...loc, i], depth + 1));
    return { op: op as Arithmetic, args: read.filter((one) => one !== undefined) };
  }

  /** `sum` and `count` look at all rows of a repeat, from outside of it. */
  #over(op: 'sum' | 'count', arg: unknown, loc: Loc): Expression | undefined {
    const given = GivenObject.read(arg, loc, this.failures);
    given?.allow(['field']);
    const field = given && this.field(given, 'repeated');
    if (!given || !field) return undefined;
    const repeat = field.family === 'repeat' ? field : field.repeat;
    const isOver = repeat !== undefined && repeat !== this.owner.repeat && (op === 'count' || field !== repeat);
    if (isOver && (field === repeat || comparable.includes(field.family))) return { op, field };
    const what = op === 'sum' ? 'a field inside a repeat' : 'a repeat, or a field inside one';
    return given.refuse('field', 'unknown_reference', `Should name ${what}, from outside of the repeat`);
  }
}
