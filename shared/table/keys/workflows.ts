import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, padded, partition } from '../key.ts';

/** Rows of a workflow beside its entity: in the Main table, and its counters in the Access table. */
export const workflowKeys = {
  version: (tenant: TenantReference, workflowId: string, number: number) =>
    key(`${tenant}#workflow-version#${workflowId}`, padded(number)),
  versions: (tenant: TenantReference, workflowId: string) => partition(`${tenant}#workflow-version#${workflowId}`),
  execution: (tenant: TenantReference, workflowId: string, id: string) => key(`${tenant}#execution#${workflowId}`, id),
  executions: (tenant: TenantReference, workflowId: string) => partition(`${tenant}#execution#${workflowId}`),
  /** A part of the event of an execution; most events have one. */
  event: (tenant: TenantReference, workflowId: string, id: string, part: number) =>
    key(`${tenant}#execution-detail#${workflowId}`, `${id}#event#${padded(part)}`),
  /** The outcome of a step, by its position. */
  step: (tenant: TenantReference, workflowId: string, id: string, at: number) =>
    key(`${tenant}#execution-detail#${workflowId}`, `${id}#step#${padded(at)}`),
  /** Events and steps of all executions of a workflow. */
  details: (tenant: TenantReference, workflowId: string) => partition(`${tenant}#execution-detail#${workflowId}`),
  /** When a workflow was last started for a device, or for none (`-`). */
  lastStart: (tenant: TenantReference, workflowId: string, deviceId: string) =>
    key(`${tenant}#workflow-start#${workflowId}`, deviceId),
  lastStarts: (tenant: TenantReference, workflowId: string) => partition(`${tenant}#workflow-start#${workflowId}`),
  /** The timer of a device that workflows watch. */
  watch: (tenant: TenantReference, deviceId: string) => key(`${tenant}#device-watch#${deviceId}`, 'watch'),
  /** Counts the executions of an hour, `2026-03-22T09`. */
  hour: (tenant: TenantReference, workflowId: string, hour: string) =>
    key(`${tenant}#workflow-hours#${workflowId}`, hour),
  hours: (tenant: TenantReference, workflowId: string) => partition(`${tenant}#workflow-hours#${workflowId}`),
};

/** Bounds of the sort keys of the steps of one execution. */
export const stepsOfExecution = (id: string): readonly [first: string, last: string] => [`${id}#step#`, `${id}#step#~`];
