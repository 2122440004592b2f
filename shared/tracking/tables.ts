import type { Tables } from '../capability/capability.ts';

/** The tables for storing points and applying the transition rules to them. */
export const trackingTables: Tables = {
  main: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
  cells: ['Query'],
  access: ['UpdateItem'],
  telemetry: ['BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
};
