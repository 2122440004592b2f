import { setOwn } from '../json/own.ts';

/** The JSON form of DynamoDB's values, and the values of our code. Our rows hold no other types than these. */

export type Attribute =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly L: readonly Attribute[] }
  | { readonly M: Item }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] };

export type Item = Readonly<Record<string, Attribute>>;

/** @throws TypeError for a value that DynamoDB cannot hold exactly, or not at all */
function encode(value: unknown): Attribute {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      return { N: numeral(value) };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      return encodeObject(value);
    default:
      throw new TypeError(`A row cannot hold a ${typeof value}`);
  }
}

function numeral(value: number): string {
  // Beyond 2^53 a double may differ from the number that was meant.
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return String(value);
  throw new TypeError(`A row cannot hold the number ${value}`);
}

function encodeObject(value: object | null): Attribute {
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(encode) };
  if (value instanceof Uint8Array) return { B: base64(value) };
  if (value instanceof Set) return encodeSet(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return { M: encodeItem(value) };
  throw new TypeError(`A row cannot hold a ${value.constructor.name}`);
}

const base64 = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

function encodeSet(set: ReadonlySet<unknown>): Attribute {
  const members = [...set];
  if (members.length > 0 && members.every((one) => typeof one === 'string')) return { SS: members };
  if (members.length > 0 && members.every((one) => typeof one === 'number')) return { NS: members.map(numeral) };
  throw new TypeError('A row can hold sets of texts or of numbers only, and no empty ones');
}

/** Omits attributes without a value. */
export function encodeItem(row: object): Item {
  const item: Record<string, Attribute> = {};
  for (const [name, value] of Object.entries(row)) if (value !== undefined) setOwn(item, name, encode(value));
  return item;
}

function decode(attribute: Attribute): unknown {
  if ('S' in attribute) return attribute.S;
  if ('N' in attribute) return decodeNumber(attribute.N);
  if ('B' in attribute) return decodeBytes(attribute.B);
  if ('BOOL' in attribute) return attribute.BOOL;
  if ('L' in attribute) return attribute.L.map(decode);
  if ('M' in attribute) return decodeItem(attribute.M);
  if ('NULL' in attribute) return null;
  if ('SS' in attribute) return new Set(attribute.SS);
  if ('NS' in attribute) return new Set(attribute.NS.map(decodeNumber));
  throw new TypeError(`A row holds an unknown type of attribute: ${Object.keys(attribute)}`);
}

function decodeNumber(numeral: string): number {
  const number = Number(numeral);
  if (Math.abs(number) <= Number.MAX_SAFE_INTEGER) return number;
  throw new TypeError(`A row holds a number that is not exact: ${numeral}`);
}

function decodeBytes(text: string): Uint8Array {
  const { buffer, byteOffset, byteLength } = Buffer.from(text, 'base64');
  return new Uint8Array(buffer, byteOffset, byteLength);
}

export function decodeItem(item: Item): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const name in item) setOwn(row, name, decode(item[name]!));
  return row;
}
