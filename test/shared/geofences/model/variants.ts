import type { DynamoDbFake, TransactItem } from '../../../support/dynamodb-fake.ts';

/**
 * Protocols other than the product's, derived from the product's own transactions; the model must detect their faults.
 */

type Rewrite = DynamoDbFake['rewrite'];

/** The placeholder of an attribute in an update of the body row. */
function placeOf({ Update }: TransactItem, attribute: string): string | undefined {
  const names = Object.entries<string>((Update?.TableName === 'main' && Update.ExpressionAttributeNames) || {});
  return names.find(([alias, name]) => name === attribute && alias.startsWith('#s'))?.[0].replace('#', ':');
}

function outsideOfCover(becomes: (put: TransactItem) => TransactItem[]): Rewrite {
  return (items) => {
    const cover = items.flatMap((item) => {
      const place = placeOf(item, 'cover');
      return place ? String(item.Update.ExpressionAttributeValues[place]).split(' ') : [];
    });
    const isOutside = ({ Put }: TransactItem) =>
      cover.length > 0 && Put?.TableName === 'cells' && !cover.includes(String(Put.Item.pk).slice(8));
    return items.flatMap((item) => (isOutside(item) ? becomes(item.Put) : item));
  };
}

/** Writes the new cover only; the clean-up removes what lies outside of it. */
export const newCoverOnly = outsideOfCover(() => []);

/** Removes what lies outside of the new cover in the transaction that writes it. */
export const swap = outsideOfCover(({ TableName, Item: { pk, sk } }) => [{ Delete: { TableName, Key: { pk, sk } } }]);

/** Cleans up at once, while readers may be reading. */
export const undelayed: Rewrite = (items) =>
  items.map((item) => {
    const place = placeOf(item, 'indexedAt');
    if (!place) return item;
    const ExpressionAttributeValues = { ...item.Update.ExpressionAttributeValues, [place]: 0 };
    return { Update: { ...item.Update, ExpressionAttributeValues } };
  });
