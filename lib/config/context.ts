/** Reads one value of the CDK context, as `app.node.tryGetContext` does. */
export type ContextReader = (key: string) => unknown;

/** A text, which is not trimmed; undefined if it is missing or empty. */
export function text(context: ContextReader, key: string): string | undefined {
  const value = context(key);
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw new Error(`Context "${key}" must be a string.`);
  return value;
}

/** `true` or `false`: text on a command line, a boolean in `cdk.json`. */
export function flag(context: ContextReader, key: string): boolean | undefined {
  const value = context(key);
  if (value === undefined || value === null || value === '') return undefined;
  if (![true, false, 'true', 'false'].includes(value as string | boolean))
    throw new Error(`Context "${key}" must be true or false.`);
  return String(value) === 'true';
}

interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** A whole number within bounds: text on a command line, a number in `cdk.json`. */
export function wholeNumber(context: ContextReader, key: string, bounds: Bounds): number | undefined {
  const value = context(key);
  if (value === undefined || value === null || value === '') return undefined;
  return bounded(value, bounds, `Context "${key}"`);
}

function bounded(value: unknown, { least, most }: Bounds, what: string): number {
  const number = /^\d{1,15}$/.test(String(value)) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new Error(`${what} must be a whole number from ${least} to ${most}.`);
}

/** Numbers by name: `a=1,b=2` on a command line, `{ "a": 1, "b": 2 }` in `cdk.json`. */
export function counts(context: ContextReader, key: string, bounds: Bounds): Readonly<Record<string, number>> {
  const value = context(key);
  if (value === undefined || value === null || value === '') return {};
  const entries = typeof value === 'object' ? Object.entries(value) : String(value).split(',').map(pair);
  return Object.fromEntries(
    entries.map(([name, count]) => [name, bounded(count, bounds, `Context "${key}" of "${name}"`)]),
  );
}

function pair(text: string): [string, string] {
  const [name = '', count = ''] = text.split('=');
  return [name.trim(), count.trim()];
}
