import { checkNaively, naiveMoment } from './naive-values.ts';

/** The rules of forms, implemented naively: slow, without order or indexes, straight from the JSON of the schema. */

type Json = Record<string, unknown>;
interface Raw extends Json {
  readonly id: string;
  readonly type: string;
  readonly fields?: readonly Raw[];
}

interface Spot {
  readonly field: Raw;
  readonly holders: readonly Raw[];
}

export interface Validated {
  readonly failures: string[];
  readonly data: Json;
}

const empty = (value: unknown) =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Half a unit is rounded away from zero, by the digits that are printed. */
function rounded(number: number, digits: number): number {
  if (!Number.isInteger(digits) || digits < -15 || digits > 15) return Number.NaN;
  const [mantissa, exponent = '0'] = String(Math.abs(number)).split('e');
  const whole = Math.round(Number(`${mantissa}e${Number(exponent) + digits}`));
  const [digitsOfWhole, power = '0'] = String(whole).split('e');
  const result = Number(`${digitsOfWhole}e${Number(power) - digits}`);
  return number < 0 ? -result : result;
}

export function naiveValidation(schema: { readonly fields: readonly Raw[] }, data: Json, today: string): Validated {
  const spots = new Map<string, Spot>();
  const learn = (fields: readonly Raw[], holders: readonly Raw[]) => {
    for (const field of fields) {
      spots.set(field.id, { field, holders });
      learn(field.fields ?? [], [...holders, field]);
    }
  };
  learn(schema.fields, []);

  const repeatOf = ({ holders }: Spot) => holders.find(({ type }) => type === 'repeat')?.id;
  const rowsOf = (id: string): unknown[] => {
    const rows = raw(spots.get(id)!, -1);
    return Array.isArray(rows) ? rows : [];
  };
  /** What was sent, found by walking down from the top. */
  function raw({ field, holders }: Spot, row: number): unknown {
    let at: unknown = data;
    for (const holder of holders) {
      at = isObject(at) ? at[holder.id] : undefined;
      if (holder.type === 'repeat') at = Array.isArray(at) ? at[row] : undefined;
    }
    return isObject(at) ? at[field.id] : undefined;
  }
  function visible(spot: Spot, row: number): boolean {
    const chain = [...spot.holders.map((holder) => spots.get(holder.id)!), spot];
    return chain.every((one) => one.field.visible_if === undefined || holds(one.field.visible_if as Json, row));
  }
  function answerOf(spot: Spot, row: number): unknown {
    if (!visible(spot, row)) return undefined;
    return spot.field.type === 'calculated' ? result(spot.field.calculate, row) : raw(spot, row);
  }
  function answered(spot: Spot, row: number): boolean {
    if (spot.field.type !== 'group') return !empty(answerOf(spot, row));
    return spot.field.fields!.some((inner) => inner.type !== 'calculated' && answered(spots.get(inner.id)!, row));
  }
  function holds(condition: Json, row: number): boolean {
    if (condition.all) return (condition.all as Json[]).every((one) => holds(one, row));
    if (condition.any) return (condition.any as Json[]).some((one) => holds(one, row));
    if (condition.not) return !holds(condition.not as Json, row);
    const spot = spots.get(condition.field as string)!;
    if (condition.op === 'answered') return answered(spot, row) === (condition.value ?? true);
    const value = answerOf(spot, row);
    const one = Array.isArray(value) ? (value.length === 1 ? value[0] : undefined) : empty(value) ? undefined : value;
    const { type } = spot.field;
    const isMoment = ['date', 'time', 'datetime'].includes(type);
    const comparable = (item: unknown) => (isMoment ? naiveMoment(type, item) : item) as string | number | undefined;
    const scalar = ['string', 'number', 'boolean'].includes(typeof one) ? comparable(one) : undefined;
    const wanted = comparable(condition.value) as string | number;
    if (condition.op === 'contains') {
      return Array.isArray(value)
        ? value.includes(wanted)
        : typeof value === 'string' && typeof wanted === 'string' && value.includes(wanted);
    }
    if (condition.op === 'eq') return scalar === wanted;
    if (condition.op === 'ne') return scalar !== wanted;
    if (condition.op === 'in')
      return scalar !== undefined && (condition.value as unknown[]).map(comparable).includes(scalar);
    if (scalar === undefined || typeof scalar !== typeof wanted || typeof scalar === 'boolean') return false;
    return { gt: scalar > wanted, gte: scalar >= wanted, lt: scalar < wanted, lte: scalar <= wanted }[
      condition.op as 'gt'
    ];
  }
  function result(expression: unknown, row: number): unknown {
    if (!isObject(expression)) return expression;
    if (expression.op === 'today') return today;
    if (expression.op === undefined) {
      const value = answerOf(spots.get(expression.field as string)!, row);
      return ['number', 'boolean'].includes(typeof value) || (typeof value === 'string' && value !== '') ? value : null;
    }
    const args = expression.args as unknown[];
    if (expression.op === 'if') return result(holds(args[0] as Json, row) ? args[1] : args[2], row);
    if (expression.op === 'sum' || expression.op === 'count') {
      const spot = spots.get((args[0] as Json).field as string)!;
      if (spot.field.type === 'repeat') return visible(spot, -1) ? rowsOf(spot.field.id).length : 0;
      const rows = rowsOf(repeatOf(spot)!).map((_, i) => i);
      if (expression.op === 'count') return rows.filter((i) => answered(spot, i)).length;
      const values = rows.map((i) => answerOf(spot, i)).filter((value) => !empty(value));
      return values.every((value) => typeof value === 'number')
        ? (values as number[]).reduce((sum, value) => sum + value, 0)
        : null;
    }
    const values = args.map((arg) => result(arg, row));
    if (values.includes(null)) return null;
    if (expression.op === 'concat') return values.join('');
    if (!values.every((value) => typeof value === 'number')) return null;
    const [first, ...rest] = values as number[];
    const computed = {
      add: () => rest.reduce((a, b) => a + b, first!),
      mul: () => rest.reduce((a, b) => a * b, first!),
      sub: () => first! - rest[0]!,
      div: () => first! / rest[0]!,
      round: () => rounded(first!, rest[0] ?? 0),
    }[expression.op as 'add']();
    return Number.isFinite(computed) ? computed : null;
  }

  const failures: string[] = [];
  const tell = (type: string, loc: readonly unknown[], { validation = {} }: Json = {}) => {
    const { message = '' } = validation as { message?: string };
    failures.push(`${type} ${JSON.stringify(loc)} ${message}`);
  };
  const telling = (field: Raw) => (type: string, loc: readonly unknown[]) => tell(type, loc, field);
  function walk(fields: readonly Raw[], given: unknown, loc: unknown[], row: number): Json {
    const kept: Json = {};
    for (const field of fields) {
      const spot = spots.get(field.id)!;
      if (!visible(spot, row)) continue;
      const value = isObject(given) ? given[field.id] : undefined;
      const stored = one(field, spot, value, [...loc, field.id], row);
      if (stored !== undefined) kept[field.id] = stored;
    }
    for (const key of Object.keys(isObject(given) ? given : {})) {
      if (!fields.some(({ id }) => id === key)) tell('unknown_field', [...loc, key]);
    }
    return kept;
  }
  function one(field: Raw, spot: Spot, value: unknown, loc: unknown[], row: number): unknown {
    if (field.type === 'calculated') return result(field.calculate, row);
    const takesValue = field.type !== 'note' && field.type !== 'divider';
    const isRequired =
      takesValue && (field.required || (field.required_if !== undefined && holds(field.required_if as Json, row)));
    if (field.type === 'group') {
      if (!empty(value) && !isObject(value)) {
        tell('type_error', loc, field);
        return value;
      }
      const before = failures.length;
      const kept = walk(field.fields!, value, loc, row);
      if (isRequired && !answered(spot, row) && failures.length === before) tell('missing', loc, field);
      return isObject(value) || Object.keys(kept).length > 0 ? kept : value;
    }
    if (empty(value)) {
      if (isRequired) tell('missing', loc, field);
      return value;
    }
    if (field.type !== 'repeat') {
      checkNaively(field, value, loc, telling(field));
      return value;
    }
    if (!Array.isArray(value)) {
      tell('type_error', loc, field);
      return undefined;
    }
    const { min_items = 0, max_items = 1000 } = (field.validation ?? {}) as { min_items?: number; max_items?: number };
    if (value.length < min_items) tell('too_short', loc, field);
    if (value.length > max_items) tell('too_long', loc, field);
    return value.map((item, i) => {
      if (isObject(item)) return walk(field.fields!, item, [...loc, i], i);
      tell('type_error', [...loc, i], field);
      return item;
    });
  }
  const kept = walk(schema.fields, data, ['body', 'data'], -1);
  return { failures, data: kept };
}
