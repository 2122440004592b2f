import { isWrittenNumber } from '../json/exact.ts';

/** Paths to the values that conditions and templates may read: `event.data.deviceId`, `steps.s1.output.result`. */

/** What can be read. */
export interface Scope {
  /** The envelope of the event. */
  readonly event: unknown;
  /** The output of each step that ran, by its id. */
  readonly outputs: ReadonlyMap<string, unknown>;
  readonly workspace: unknown;
}

/** A path that was parsed: where it begins, and the names that lead on from there. */
export interface Path {
  readonly from: 'event' | 'workspace' | { readonly outputOf: string };
  readonly names: readonly string[];
}

/** The value of a path that leads nowhere. */
export const missing: unique symbol = Symbol('missing');

export const stepIdForm = /^[a-z0-9_]{1,32}$/;
const longestPath = 512;
const mostNames = 20;

/** Undefined for a text that is not a path. */
export function parsePath(text: string): Path | undefined {
  if (text.length > longestPath) return undefined;
  const [root = '', ...names] = text.split('.');
  if (names.length > mostNames || names.some((name) => name === '' || /[{}]/.test(name))) return undefined;
  if (root === 'event' || root === 'workspace') return { from: root, names };
  const [id = '', output, ...rest] = names;
  if (root !== 'steps' || output !== 'output' || !stepIdForm.test(id)) return undefined;
  return { from: { outputOf: id }, names: rest };
}

/** The value at a path. Only what the JSON itself holds is found: no prototype, no length, no method. */
export function readPath({ event, outputs, workspace }: Scope, { from, names }: Path): unknown {
  let value = from === 'event' ? event : from === 'workspace' ? workspace : outputOf(outputs, from.outputOf);
  for (const name of names) {
    if (value === missing) return missing;
    value = memberOf(value, name);
  }
  return value;
}

const outputOf = (outputs: Scope['outputs'], id: string): unknown => (outputs.has(id) ? outputs.get(id) : missing);

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || isWrittenNumber(value)) return missing;
  if (Array.isArray(value)) return /^(?:0|[1-9]\d{0,8})$/.test(name) ? itemOf(value, Number(name)) : missing;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : missing;
}

const itemOf = (list: readonly unknown[], at: number): unknown => (at < list.length ? list[at] : missing);
