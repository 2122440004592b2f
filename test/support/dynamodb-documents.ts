import { decodeItem, encodeItem } from '../../shared/table/attributes.ts';

/**
 * Calls of DynamoDB as the document client of the SDK names and shapes them: `PutCommand`, and rows with values in place
 * of attributes with types. Tests speak so; the product speaks the JSON of the network.
 */

const rows = ['Key', 'Item', 'Attributes', 'ExpressionAttributeValues', 'ExclusiveStartKey', 'LastEvaluatedKey'];
const listsOfRows = ['Keys', 'Items'];

// biome-ignore lint/suspicious/noExplicitAny: inputs and answers of every operation
type Any = any;

function converted(value: Any, row: (one: Any) => Any): Any {
  if (Array.isArray(value)) return value.map((one) => converted(one, row));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      if (rows.includes(name)) return [name, part && row(part)];
      if (listsOfRows.includes(name)) return [name, (part as Any[] | undefined)?.map(row)];
      if (name === 'Responses') return [name, responses(part as Record<string, Any[]>, row)];
      return [name, converted(part, row)];
    }),
  );
}

const responses = (byTable: Record<string, Any[]>, row: (one: Any) => Any) =>
  Object.fromEntries(Object.entries(byTable).map(([table, items]) => [table, items.map(row)]));

/** What the network carries, with values. */
export const asDocument = (input: Any): Any => converted(input, decodeItem);

/** What the network carries, from values. */
export const asWire = (document: Any): Any => converted(document, encodeItem);

const renamed: Readonly<Record<string, string>> = {
  BatchGetItem: 'BatchGetCommand',
  BatchWriteItem: 'BatchWriteCommand',
  TransactWriteItems: 'TransactWriteCommand',
};

/** `PutCommand` of `PutItem`. */
export const commandOf = (operation: string): string =>
  renamed[operation] ?? `${operation.replace(/Item$/, '')}Command`;
