import type { Failures } from './failures.ts';
import type { GivenObject } from './given.ts';
import type { Condition, Expression, Field } from './schema.ts';

/** Which fields the visibility and the value of a field depend on, and an order that respects it. */

function* inCondition(condition: Condition): Generator<Field> {
  switch (condition.op) {
    case 'not':
      return yield* inCondition(condition.of);
    case 'all':
    case 'any':
      for (const one of condition.of) yield* inCondition(one);
      return;
    default:
      yield* withInner(condition.field);
  }
}

function* inExpression(expression: Expression): Generator<Field> {
  if (expression.op === 'field') yield* withInner(expression.field);
  else if (expression.op === 'sum' || expression.op === 'count') yield expression.field;
  else if (expression.op === 'if') {
    yield* inCondition(expression.test);
    yield* inExpression(expression.yes);
    yield* inExpression(expression.no);
  } else if ('args' in expression) for (const one of expression.args) yield* inExpression(one);
}

/** A group is answered when something in it is. A repeat is answered when it has rows, whatever they hold. */
function* withInner(field: Field): Generator<Field> {
  yield field;
  if (field.family === 'group') for (const inner of field.fields?.all ?? []) yield* withInner(inner);
}

function* dependenciesOf(field: Field): Generator<Field> {
  if (field.parent) yield field.parent;
  if (field.visibleIf) yield* inCondition(field.visibleIf);
  if (field.calculate) yield* inExpression(field.calculate);
}

interface Known {
  readonly field: Field;
  readonly given: GivenObject;
}

/** Each field after those that it depends on. A cycle is reported at one of its fields. */
export function inOrder(known: readonly Known[], failures: Failures): Field[] {
  const order: Field[] = [];
  const state = new Map<Field, 'open' | 'done'>();
  const path: Field[] = [];
  const visit = (field: Field): void => {
    if (state.get(field) === 'done') return;
    if (state.get(field) === 'open') return void report(field);
    state.set(field, 'open');
    path.push(field);
    for (const other of dependenciesOf(field)) if (!failures.isFull) visit(other);
    path.pop();
    state.set(field, 'done');
    order.push(field);
  };
  const report = (field: Field): void => {
    const cycle = [...path.slice(path.indexOf(field)), field];
    const at = known.find((one) => one.field === cycle.find(({ visibleIf, calculate }) => visibleIf ?? calculate))!;
    const key = at.field.calculate ? 'calculate' : 'visible_if';
    const names =
      cycle.length > 6 ? [...cycle.slice(0, 3).map(({ id }) => id), '…', field.id] : cycle.map(({ id }) => id);
    failures.add('conflict', [...at.given.loc, key], `Depends on itself: ${names.join(', ')}`);
  };
  for (const { field } of known) visit(field);
  return order;
}
