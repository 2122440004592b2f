/** The sizes of items, by the rules of DynamoDB's developer guide, for items in DynamoDB's own JSON. */

export type Value = Record<string, unknown>;
export type Item = Record<string, Value>;

export const itemBytes = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

function valueBytes(value: Value): number {
  const [type, content] = Object.entries(value)[0] ?? [];
  switch (type) {
    case 'S':
      return Buffer.byteLength(content as string);
    case 'B':
      return (content as Uint8Array).byteLength;
    case 'N':
      return numberBytes(content as string);
    case 'SS':
      return (content as string[]).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    case 'NS':
      return (content as string[]).reduce((sum, number) => sum + numberBytes(number), 0);
    case 'L':
      return 3 + (content as Value[]).reduce((sum, item) => sum + 1 + valueBytes(item), 0);
    case 'M':
      return 3 + itemBytes(content as Item) + Object.keys(content as Item).length;
    default:
      return 1;
  }
}

/** One byte for two significant digits, and one more. */
const numberBytes = (number: string): number =>
  Math.ceil(number.replace(/[^0-9]/g, '').replace(/^0+|0+$/g, '').length / 2) + 1;
