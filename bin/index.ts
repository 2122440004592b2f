/**
 * Compares the geofence index of a workspace with its geofences, or writes it anew, in the local stack or in a real account:
 *
 *     npm run index -- verify --workspace acme [--stage local]
 *     npm run index -- rebuild --workspace acme [--stage local]
 */
import { parseArgs } from 'node:util';
import { command, connect, OperatorProblem, stageOption } from '../lib/operator/connect.ts';
import { inspectIndex } from '../shared/geofences/inspection.ts';
import { findWorkspace, systemCaller } from '../shared/workspaces/workspaces.ts';

const usage = 'npm run index -- verify|rebuild --workspace <slug> [--stage local|dev|prod]';

await command(async () => {
  const { values, positionals } = readArguments();
  const [action] = positionals;
  if (!values.workspace || (action !== 'verify' && action !== 'rebuild')) throw new OperatorProblem(`Usage: ${usage}`);
  connect(stageOption(values.stage));
  const workspace = await findWorkspace(values.workspace);
  if (!workspace) throw new OperatorProblem(`There is no workspace "${values.workspace}".`);
  const inspection = await inspectIndex(systemCaller(workspace), action === 'rebuild');
  for (const { geofenceId, complaint } of inspection.faults) console.log(`  ${geofenceId}  ${complaint}`);
  const { geofences, postings, faults, rebuilt } = inspection;
  console.log(
    `${geofences} geofences, ${postings} postings, ${faults.length} of them faulty${rebuilt ? `, ${rebuilt} geofences written anew` : ''}.`,
  );
  if (faults.length > 0 && action === 'verify') {
    console.log(`\nMend them with: npm run index -- rebuild --workspace ${values.workspace}`);
    process.exitCode = 1;
  }
});

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: { workspace: { type: 'string' }, stage: { type: 'string' } } });
  } catch (error) {
    throw new OperatorProblem(`${(error as Error).message}\nUsage: ${usage}`);
  }
}
