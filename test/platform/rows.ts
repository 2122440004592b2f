import { outboxSuffix } from '../../shared/table/keys/outbox.ts';
import type { WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { platform } from './in-process.ts';

/** The database of this process, as tests about all routes look into it. */

type Row = Readonly<Record<string, unknown>>;

const entityTables = ['main', 'cells', 'telemetry'] as const;

export type Rows = Readonly<Record<string, Row>>;

/** Rows of a table whose keys name this workspace, by table and key. */
function rowsOf(table: string, { reference }: WorkspaceRow): [string, Row][] {
  return platform.database
    .rows(table)
    .filter(({ pk, sk }) => `${pk}\n${sk}`.includes(reference))
    .map((row) => [`${table} ${row.pk} ${row.sk}`, row]);
}

async function settled(tables: readonly string[], workspace: WorkspaceRow): Promise<Rows> {
  await platform.queues.idle();
  return Object.fromEntries(tables.flatMap((table) => rowsOf(table, workspace)));
}

/** Everything that a workspace has, once no worker is at work: entities, events, credentials, counters. */
export const everythingOf = (workspace: WorkspaceRow) => settled([...entityTables, 'access'], workspace);

/** The same without what each request changes, refused or not: credentials and counters. */
export const entitiesOf = (workspace: WorkspaceRow) => settled(entityTables, workspace);

export interface Recorded extends Row {
  readonly sk: string;
  readonly requestId: string;
  readonly action: string;
}

/** Entries of the audit log of every workspace: who signs up has a new one. */
export const recorded = (): Recorded[] =>
  platform.database.rows('main').filter(({ pk }) => String(pk).endsWith(outboxSuffix)) as unknown as Recorded[];
