import type { Cause } from '../quarantine/cause.ts';

/** Replays as rows. They are kept as long as the items that they take again. */

/** What a replay is asked for; it never changes. */
export interface RequestRow {
  /** Sorted ids of items, packed. */
  readonly ids?: Uint8Array;
  readonly cause?: Cause;
  readonly deviceId?: string;
  readonly key?: string;
  /** Instants of receipt in milliseconds since 1970, both included. */
  readonly from?: number;
  readonly to?: number;
  readonly ttl: number;
}

/** How far a replay has come. */
export interface ProgressRow {
  readonly dryRun: boolean;
  readonly status: 'RUNNING' | 'DONE';
  /** Raised by each step. */
  readonly serial: number;
  /** Where the next step begins: the index of an id, or of a partition with a sort key. */
  readonly index: number;
  readonly after?: string | undefined;
  /** Items that were taken again, or tried in a dry run. */
  readonly total: number;
  readonly accepted: number;
  /** The refused items, counted by their present cause. */
  readonly causes: Readonly<Record<string, number>>;
  readonly ttl: number;
}
