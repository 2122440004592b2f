import { parseExactly } from '../json/exact.ts';
import type { Actor } from '../outbox/event.ts';
import { workflowKeys } from '../table/keys/workflows.ts';
import { type PackedText, packText, unpackText } from '../table/packed.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { printInstant } from '../wire/schema.ts';
import type { Step } from './steps.ts';
import type { Trigger } from './triggers.ts';

/** Versions of workflows. An execution keeps its version, even if the workflow changes meanwhile. */

export interface VersionRow {
  readonly versionNum: number;
  readonly createdAt: number;
  readonly createdBy: string;
  /** JSON of trigger and steps. */
  readonly content: PackedText;
}

export interface VersionContent {
  readonly trigger: Trigger;
  readonly steps: readonly Step[];
}

const main = new Table('main');

interface Versioned {
  readonly id: string;
  readonly updatedAt: number;
  readonly values: VersionContent & { readonly version_num: number };
}

export function putVersion(
  transaction: Transaction,
  { tenant, principal }: Actor,
  { id, updatedAt, values }: Versioned,
) {
  const { version_num: versionNum, trigger, steps } = values;
  const content = packText(JSON.stringify({ trigger, steps }));
  const row: VersionRow = { versionNum, createdAt: updatedAt, createdBy: principal, content };
  transaction.put(main, workflowKeys.version(tenant.reference, id, versionNum), { ...row });
}

export const contentOf = ({ content }: Pick<VersionRow, 'content'>): VersionContent =>
  parseExactly(unpackText(content)) as VersionContent;

export async function findVersion(
  tenant: TenantReference,
  workflowId: string,
  versionNum: number,
): Promise<VersionContent | undefined> {
  const row = await main.get<VersionRow>(workflowKeys.version(tenant, workflowId, versionNum));
  return row && contentOf(row);
}

export function showVersion(row: VersionRow) {
  const { trigger, steps } = contentOf(row);
  return {
    version_num: row.versionNum,
    created_at: printInstant(row.createdAt),
    created_by: row.createdBy,
    trigger: trigger as Readonly<Record<string, unknown>>,
    steps: steps as readonly object[] as Readonly<Record<string, unknown>>[],
  };
}
