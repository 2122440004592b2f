import { outboxSuffix } from '../../shared/table/keys/outbox.ts';
import type { WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { platform } from './in-process.ts';

/** The database of this process, for tests of all routes. */

type Row = Readonly<Record<string, unknown>>;

const entityTables = ['main', 'cells', 'telemetry'] as const;

export type Rows = Readonly<Record<string, Row>>;

/** The rows of a table whose keys name this workspace, by table and key. */
function rowsOf(table: string, { reference }: WorkspaceRow): [string, Row][] {
  return platform.database
    .rows(table, ({ pk, sk }) => String(pk).includes(reference) || String(sk).includes(reference))
    .map((row) => [`${table} ${row.pk} ${row.sk}`, row]);
}

async function settled(tables: readonly string[], workspace: WorkspaceRow): Promise<Rows> {
  await platform.queues.idle();
  return Object.fromEntries(tables.flatMap((table) => rowsOf(table, workspace)));
}

/** All rows of a workspace, once no worker is running: entities, events, credentials, counters. */
export const everythingOf = (workspace: WorkspaceRow) => settled([...entityTables, 'access'], workspace);

/** The same without the rows that every request changes, even a refused one: credentials and counters. */
export const entitiesOf = (workspace: WorkspaceRow) => settled(entityTables, workspace);

export interface Recorded extends Row {
  readonly sk: string;
  readonly requestId: string;
  readonly action: string;
}

/** The audit entries of all workspaces; a sign-up creates a new workspace. */
export const recorded = (): Recorded[] =>
  platform.database.rows('main', ({ pk }) => String(pk).endsWith(outboxSuffix)) as unknown as Recorded[];
