import type { Expression, Row } from './table.ts';

/** An update that sets some attributes and removes others; at least one in all. */
export function setAll(attributes: Row, removed: readonly string[] = []): Expression {
  const entries = Object.entries(attributes);
  const set = entries.map((_, i) => `#s${i} = :s${i}`).join(', ');
  const remove = removed.map((_, i) => `#r${i}`).join(', ');
  return {
    expression: [set && `SET ${set}`, remove && `REMOVE ${remove}`].filter(Boolean).join(' '),
    names: {
      ...Object.fromEntries(entries.map(([name], i) => [`#s${i}`, name])),
      ...Object.fromEntries(removed.map((name, i) => [`#r${i}`, name])),
    },
    values: Object.fromEntries(entries.map(([, value], i) => [`:s${i}`, value])),
  };
}

/** True while there is no such row. */
export const absent: Expression = { expression: 'attribute_not_exists(pk)' };

/** True while these attributes have the values that were read; undefined means absent. */
export function unchanged(seen: Row): Expression {
  const entries = Object.entries(seen);
  const terms = entries.map(([, value], i) =>
    value === undefined ? `attribute_not_exists(#u${i})` : `#u${i} = :u${i}`,
  );
  return {
    expression: terms.join(' AND '),
    names: Object.fromEntries(entries.map(([name], i) => [`#u${i}`, name])),
    values: Object.fromEntries(entries.flatMap(([, value], i) => (value === undefined ? [] : [[`:u${i}`, value]]))),
  };
}

/**
 * True for rows whose retention, `ttl` in seconds since 1970, is not over, and whose attributes have these values;
 * undefined matches every value. DynamoDB may keep rows for days after their retention.
 */
export function kept(equal: Row = {}): Expression {
  const given = Object.entries(equal).filter(([, value]) => value !== undefined);
  return {
    expression: ['#ttl > :now', ...given.map((_, i) => `#f${i} = :f${i}`)].join(' AND '),
    names: { '#ttl': 'ttl', ...Object.fromEntries(given.map(([name], i) => [`#f${i}`, name])) },
    values: {
      ':now': Math.floor(Date.now() / 1000),
      ...Object.fromEntries(given.map(([, value], i) => [`:f${i}`, value])),
    },
  };
}
