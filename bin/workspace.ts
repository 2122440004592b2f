/**
 * Makes workspaces, in the local stack or in a real account:
 *
 *     npm run workspace -- create --name "Acme" --slug acme [--plan pro] [--environment live] [--stage local]
 */
import { parseArgs } from 'node:util';
import { command, connect, OperatorProblem, stageOption } from '../lib/operator/connect.ts';
import { plans } from '../shared/tenancy/plans.ts';
import type { Plan } from '../shared/tenancy/tenant.ts';
import { createWorkspace } from '../shared/tenancy/workspaces.ts';

const usage =
  'npm run workspace -- create --name <name> --slug <slug> [--plan free|pro|business|enterprise] [--environment live|test] [--stage local|dev|prod]';

await command(async () => {
  const { values, positionals } = readArguments();
  const { name, slug, plan, environment } = values;
  if (positionals[0] !== 'create' || !name || !slug) throw new OperatorProblem(`Usage: ${usage}`);
  if (!Object.hasOwn(plans, plan)) {
    throw new OperatorProblem(`There is no plan "${plan}"; choose one of ${Object.keys(plans).join(', ')}.`);
  }
  if (name.length > 120) throw new OperatorProblem('A name has at most 120 characters.');
  if (!/^[a-z0-9][a-z0-9-]{1,62}$/.test(slug)) {
    throw new OperatorProblem(
      'A slug is 2 to 63 lower-case letters, digits and hyphens, and does not begin with a hyphen.',
    );
  }
  if (environment !== 'live' && environment !== 'test')
    throw new OperatorProblem('The environment is "live" or "test".');
  connect(stageOption(values.stage));
  const workspace = await createWorkspace({ name, slug, plan: plan as Plan, environment });
  console.log(`Workspace ${workspace.slug} (${workspace.id}) is ready. Make a key for it:\n`);
  const stage = values.stage ? ` --stage ${values.stage}` : '';
  console.log(`  npm run key -- create --workspace ${workspace.slug} --name "First key"${stage}`);
});

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        slug: { type: 'string' },
        plan: { type: 'string', default: 'free' },
        environment: { type: 'string', default: 'live' },
        stage: { type: 'string' },
      },
    });
  } catch (error) {
    throw new OperatorProblem(`${(error as Error).message}\nUsage: ${usage}`);
  }
}
