import { decodeItem, encodeItem } from '../../shared/table/attributes.ts';

/**
 * Calls of DynamoDB in the form of the SDK's document client: `PutCommand`, and rows with plain values in place of
 * typed attributes. Tests use this form; the product uses the JSON of the network.
 */

// biome-ignore lint/suspicious/noExplicitAny: inputs and answers of every operation
type Any = any;

function converted(value: Any, row: (one: Any) => Any): Any {
  if (Array.isArray(value)) return value.map((one) => converted(one, row));
  if (typeof value !== 'object' || value === null) return value;
  const whole: Any = {};
  for (const [name, part] of Object.entries(value)) whole[name] = convertedPart(name, part, row);
  return whole;
}

function convertedPart(name: string, part: Any, row: (one: Any) => Any): Any {
  switch (name) {
    case 'Key':
    case 'Item':
    case 'Attributes':
    case 'ExpressionAttributeValues':
    case 'ExclusiveStartKey':
    case 'LastEvaluatedKey':
      return part && row(part);
    case 'Keys':
    case 'Items':
      return part?.map(row);
    case 'Responses':
      return responses(part, row);
    default:
      return converted(part, row);
  }
}

const responses = (byTable: Record<string, Any[]>, row: (one: Any) => Any) =>
  Object.fromEntries(Object.entries(byTable).map(([table, items]) => [table, items.map(row)]));

/** Converts the JSON of the network to plain values. */
export const asDocument = (input: Any): Any => converted(input, decodeItem);

/** Converts plain values to the JSON of the network. */
export const asWire = (document: Any): Any => converted(document, encodeItem);

const renamed: Readonly<Record<string, string>> = {
  BatchGetItem: 'BatchGetCommand',
  BatchWriteItem: 'BatchWriteCommand',
  TransactWriteItems: 'TransactWriteCommand',
};

/** `PutCommand` for `PutItem`. */
export const commandOf = (operation: string): string =>
  renamed[operation] ?? `${operation.replace(/Item$/, '')}Command`;
