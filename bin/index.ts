/**
 * Compares the geofence index of a workspace with its geofences, or rebuilds it, in the local stack or in a real
 * account:
 *
 *     npm run index -- verify --workspace acme [--stage local]
 *     npm run index -- rebuild --workspace acme [--stage local]
 */
import { misused, readAction, readArguments } from '../lib/command/arguments.ts';
import { CommandProblem } from '../lib/command/problem.ts';
import { runCommand } from '../lib/command/run.ts';
import { connectTo } from '../lib/operator/connect.ts';
import { inspectIndex } from '../shared/geofences/inspection.ts';
import { findWorkspace, systemCaller } from '../shared/workspaces/workspaces.ts';

const usage = `npm run index -- verify | rebuild --workspace <slug> [--stage local|dev|prod]
  The geofence index of a workspace: verify compares it with the geofences, rebuild writes it again. Checks stay right
  meanwhile.`;

await runCommand(async () => {
  const { values, positionals } = readArguments(usage, { workspace: { type: 'string' }, stage: { type: 'string' } });
  const { action } = readAction(usage, positionals, ['verify', 'rebuild']);
  if (!values.workspace) throw misused(usage, '--workspace is required.');
  await connectTo(values.stage);
  const workspace = await findWorkspace(values.workspace);
  if (!workspace) throw new CommandProblem(`There is no workspace "${values.workspace}".`);
  const inspection = await inspectIndex(systemCaller(workspace), action === 'rebuild');
  for (const { geofenceId, complaint } of inspection.faults) console.log(`  ${geofenceId}  ${complaint}`);
  const { geofences, postings, faults, rebuilt } = inspection;
  console.log(
    `${geofences} geofences, ${postings} postings, ${faults.length} of them faulty${rebuilt ? `, ${rebuilt} geofences rebuilt` : ''}.`,
  );
  if (faults.length > 0 && action === 'verify') {
    console.log(`\nRepair them with: npm run index -- rebuild --workspace ${values.workspace}`);
    process.exitCode = 1;
  }
});
