/** Reads one value of the CDK context, as `app.node.tryGetContext` does. */
export type ContextReader = (key: string) => unknown;

/** A text, trimmed by nobody; undefined where it is missing or empty. */
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

/** A whole number within bounds: text on a command line, a number in `cdk.json`. */
export function wholeNumber(
  context: ContextReader,
  key: string,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  const value = context(key);
  if (value === undefined || value === null || value === '') return undefined;
  const number = /^\d{1,15}$/.test(String(value)) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new Error(`Context "${key}" must be a whole number from ${least} to ${most}.`);
}
