import type { Tables } from '../capability/capability.ts';

/** The rights of whoever stores points and applies the transition rules to them. */
export const trackingTables: Tables = {
  main: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
  cells: ['Query'],
  access: ['UpdateItem'],
  telemetry: ['BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
};
