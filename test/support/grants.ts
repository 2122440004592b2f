import { AsyncLocalStorage } from 'node:async_hooks';
import type { Capability, TableAction, TableName } from '../../shared/capability/capability.ts';
import type { Call, TransactItem } from './dynamodb-fake.ts';

/**
 * IAM in this process: an endpoint or a worker may do what its capabilities declare; its role is made of the same
 * declarations (`lib/constructs/grants.ts`). The tests themselves may do everything.
 */

interface Acting {
  readonly name: string;
  readonly uses: readonly Capability<unknown>[];
}

const acting = new AsyncLocalStorage<Acting>();

/** The refused calls, as sentences: `createGeofence may not PutItem on main`. */
export const denied: string[] = [];

/** Runs a function with the rights of these capabilities, and no others. */
export function actingAs<T>(name: string, uses: readonly Capability<unknown>[], act: () => T): T {
  return acting.run({ name, uses }, act);
}

/** @throws AccessDeniedException if no capability of the present actor grants it */
export function requireGrant(what: string, grants: (capability: Capability<unknown>) => boolean): void {
  const actor = acting.getStore();
  if (!actor || actor.uses.some(grants)) return;
  denied.push(`${actor.name} may not ${what}`);
  throw Object.assign(new Error(denied.at(-1)), { name: 'AccessDeniedException', $fault: 'client', $metadata: {} });
}

const requireAction = (table: string, action: string): void =>
  requireGrant(
    `${action} on ${table}`,
    ({ tables }) => tables?.[table as TableName]?.includes(action as TableAction) ?? false,
  );

const requireIndex = (table: string, index: string): void =>
  requireGrant(
    `Query the index ${index} of ${table}`,
    ({ indexes }) => indexes?.[table as TableName]?.includes(index) ?? false,
  );

type Way = 'handsTo' | 'defersTo';

/** The writer of an outbox row or of a due row must declare the workers to which its messages go. */
function requireAddressees(item: Readonly<Record<string, unknown>> | undefined): void {
  const require = (way: Way, worker: string) =>
    requireGrant(`have ${worker} asked (${way})`, (one) => one[way]?.some((known) => known.worker === worker) ?? false);
  for (const { worker } of JSON.parse(String(item?.orders ?? '[]'))) require('handsTo', worker);
  if (item?.due !== undefined) require('defersTo', String(item.worker));
}

const actionOf = (operation: string): string =>
  ({ Get: 'GetItem', BatchGet: 'BatchGetItem', Put: 'PutItem', Update: 'UpdateItem', Delete: 'DeleteItem' })[
    operation
  ] ?? (operation === 'ConditionCheck' ? 'ConditionCheckItem' : operation);

/** Refuses a call of the database that is not granted; a transaction needs the actions of all of its items. */
export function requireDatabaseGrant({ operation, input }: Call): void {
  const name = operation.replace(/Command$/, '');
  if (name === 'TransactWrite') {
    for (const item of input.TransactItems as TransactItem[]) {
      for (const [kind, { TableName }] of Object.entries(item)) requireAction(TableName, actionOf(kind));
      requireAddressees(item.Put?.Item);
    }
  } else if (name === 'BatchGet') {
    for (const table of Object.keys(input.RequestItems)) requireAction(table, actionOf(name));
  } else if (input.IndexName) requireIndex(input.TableName, input.IndexName);
  else {
    requireAction(input.TableName, actionOf(name));
    requireAddressees(input.Item);
  }
}
