/** The sizes of items, by the rules of DynamoDB's developer guide, for rows of plain values. */

/** Attributes without a value are not stored. */
export function itemBytes(row: object): number {
  let sum = 0;
  for (const [name, value] of Object.entries(row))
    if (value !== undefined) sum += Buffer.byteLength(name) + valueBytes(value);
  return sum;
}

function valueBytes(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return Buffer.byteLength(value);
    case 'number':
      return numberBytes(value);
    case 'boolean':
      return 1;
    case 'object':
      return objectBytes(value);
    default:
      throw new TypeError(`An item cannot hold a ${typeof value}`);
  }
}

function objectBytes(value: object | null): number {
  if (value === null) return 1;
  if (value instanceof Uint8Array) return value.byteLength;
  if (value instanceof Set) return totalOf(value);
  if (Array.isArray(value)) return 3 + value.length + totalOf(value);
  return 3 + Object.values(value).filter((part) => part !== undefined).length + itemBytes(value);
}

function totalOf(values: Iterable<unknown>): number {
  let sum = 0;
  for (const value of values) sum += valueBytes(value);
  return sum;
}

/** One byte for two significant digits, and one more. */
const numberBytes = (number: number): number =>
  Math.ceil(
    String(number)
      .replace(/[^0-9]/g, '')
      .replace(/^0+|0+$/g, '').length / 2,
  ) + 1;
