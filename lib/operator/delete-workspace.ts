import { type DeletedRows, deleteWorkspace } from '../../shared/operator/deletion.ts';
import type { WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { CommandProblem } from '../command/problem.ts';
import { ask } from '../deploy/prompt.ts';
import { linesOf } from './show-workspace.ts';

/** Time between two lines of progress. */
const progressMilliseconds = 5000;

/**
 * Deletes a workspace after the operator has confirmed twice: the deletion itself, and the workspace by typing its
 * slug.
 *
 * @param yes the slug, for scripts, which cannot answer questions
 */
export async function deleteAfterConsent(workspace: WorkspaceRow, yes: string | undefined): Promise<void> {
  await requireConsent(workspace, yes);
  let toldAt = Date.now();
  const tell = (line: string) => {
    if (Date.now() - toldAt < progressMilliseconds) return;
    toldAt = Date.now();
    console.log(`  ${line} …`);
  };
  const deleted = await deleteWorkspace(workspace, {
    waiting: (milliseconds) =>
      console.log(`It is suspended. Waiting ${Math.ceil(milliseconds / 1000)} s for calls in progress to end …`),
    refused: (devices) => tell(`${devices} devices can no longer connect`),
    deleted: (table, rows) => tell(`${rows} rows deleted in ${table}`),
  });
  console.log(`${workspace.slug} is deleted, with ${sumOf(deleted)} rows: ${perTable(deleted)}.`);
}

async function requireConsent(workspace: WorkspaceRow, yes: string | undefined): Promise<void> {
  const { slug } = workspace;
  if (yes !== undefined) {
    if (yes === slug) return;
    throw new CommandProblem(
      `--yes takes the slug of the workspace that is to be deleted, "${slug}". Nothing was deleted.`,
    );
  }
  console.log((await linesOf(workspace)).join('\n'));
  const instead = `Add --yes ${slug}`;
  const agreed = await ask('\nDelete this workspace with all of its data, permanently? [y/N] ', instead);
  if (!/^y(es)?$/i.test(agreed)) throw new CommandProblem('Nothing was deleted.');
  const typed = await ask('Type its slug to confirm: ', instead);
  if (typed !== slug) throw new CommandProblem(`That is not its slug, "${slug}". Nothing was deleted.`);
}

const sumOf = (rows: DeletedRows): number => Object.values(rows).reduce((sum, count) => sum + count, 0);

const perTable = (rows: DeletedRows): string =>
  Object.entries(rows)
    .map(([table, count]) => `${count} in ${table}`)
    .join(', ');
