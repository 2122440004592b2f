import { randomUUID } from 'node:crypto';
import { type DueFields, dueFields } from '../due/due.ts';
import { WatchMessage } from '../messages/workflows.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { workflowKeys } from '../table/keys/workflows.ts';
import { type Expression, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

/**
 * The timer of a device that workflows watch: one row, which is due itself. The sweeper sends its message again and
 * again until the timer is set anew, so a worker that crashes loses none.
 */
export interface WatchRow extends DueFields {
  /** Changes whenever the timer is armed. */
  readonly armed?: string;
  /** The silence for which each workflow was started: when the device was last seen, in milliseconds since 1970. */
  readonly fired?: Readonly<Record<string, number>>;
}

const main = new Table('main');

/** The attributes of a timer that goes off at some time. */
export const timerAt = (tenant: TenantReference, deviceId: string, at: number): DueFields =>
  dueFields(workflowKeys.watch(tenant, deviceId), at, WatchMessage, { job: 'look', tenant, deviceId }, tenant);

/** Lets the timer of a device go off at once; the worker then sets it anew. */
export async function arm(tenant: TenantReference, deviceId: string): Promise<void> {
  const set = { ...timerAt(tenant, deviceId, Date.now()), armed: randomUUID() };
  await main.update(workflowKeys.watch(tenant, deviceId), setAll(set));
}

/** The condition that the timer was neither armed nor postponed since it was read. */
export const asRead = ({ dueAt, armed }: WatchRow): Expression => unchanged({ dueAt, armed });
