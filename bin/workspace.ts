/**
 * Makes workspaces and decides about them, in the local stack or in a real account:
 *
 *     npm run workspace -- create --name "Acme" --slug acme [--plan pro] [--environment live] [--stage local]
 *     npm run workspace -- plan --workspace acme --plan enterprise [--rate-limit 20000]
 *     npm run workspace -- features --workspace acme --set BULK_IMPORT
 *     npm run workspace -- list
 */
import { parseArgs } from 'node:util';
import { command, connect, OperatorProblem, stageOption } from '../lib/operator/connect.ts';
import { assignFeatures, assignPlan, listWorkspaces } from '../shared/tenancy/operator.ts';
import { plans } from '../shared/tenancy/plans.ts';
import { slugPattern } from '../shared/tenancy/slug.ts';
import type { Plan } from '../shared/tenancy/tenant.ts';
import { tenantOf, tierRateLimit, type WorkspaceRow } from '../shared/tenancy/workspace-record.ts';
import { createWorkspace, findWorkspace } from '../shared/tenancy/workspaces.ts';

const planNames = Object.keys(plans);
const usage = `npm run workspace -- create --name <name> --slug <slug> [--plan ${planNames.join('|')}] [--environment live|test] [--stage local|dev|prod]
       npm run workspace -- plan --workspace <slug> --plan <plan> [--rate-limit <requests an hour of each key>] [--stage …]
       npm run workspace -- features --workspace <slug> --set <features, or none> | --unset [--stage …]
       npm run workspace -- list [--stage …]`;

type Values = ReturnType<typeof readArguments>['values'];

const actions: Readonly<Record<string, (values: Values) => Promise<void>>> = { create, plan, features, list };

await command(async () => {
  const { values, positionals } = readArguments();
  const [name = ''] = positionals;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action || positionals.length > 1) throw new OperatorProblem(`Usage: ${usage}`);
  await action(values);
});

async function create({ name, slug, plan = 'free', environment, stage }: Values) {
  if (!name || !slug) throw new OperatorProblem(`Usage: ${usage}`);
  requirePlan(plan);
  if (name.length > 120) throw new OperatorProblem('A name has at most 120 characters.');
  if (!slugPattern.test(slug)) {
    throw new OperatorProblem(
      'A slug is 2 to 63 lower-case letters, digits and hyphens, and does not begin with a hyphen.',
    );
  }
  if (environment !== 'live' && environment !== 'test')
    throw new OperatorProblem('The environment is "live" or "test".');
  connect(stageOption(stage));
  const workspace = await createWorkspace({ name, slug, plan, environment });
  console.log(`Workspace ${workspace.slug} (${workspace.id}) is ready. Make a key for it:\n`);
  const there = stage ? ` --stage ${stage}` : '';
  console.log(`  npm run key -- create --workspace ${workspace.slug} --name "First key"${there}`);
}

async function plan({ plan, 'rate-limit': rate, ...values }: Values) {
  if (!plan) throw new OperatorProblem(`Usage: ${usage}`);
  requirePlan(plan);
  if (rate !== undefined && plan !== 'enterprise') {
    throw new OperatorProblem('Only under the plan "enterprise" does a workspace have a rate limit of its own.');
  }
  if (rate !== undefined && !/^[1-9]\d{0,8}$/.test(rate)) {
    throw new OperatorProblem('--rate-limit is a whole number of requests an hour, 1 to 999999999.');
  }
  const found = await workspaceNamed(values);
  const workspace = await assignPlan(found, plan, rate === undefined ? undefined : Number(rate));
  console.log(`${workspace.slug} is under the plan "${plan}": ${tierRateLimit(workspace)} requests an hour a key.`);
}

async function features({ set, unset, ...values }: Values) {
  if ((set === undefined) === !unset) throw new OperatorProblem(`Usage: ${usage}`);
  const chosen = set === 'none' ? [] : set?.split(',').map((feature) => feature.trim());
  const known = [...new Set(Object.values(plans).flatMap((rules) => rules.features))];
  const unknown = chosen?.filter((feature) => !known.includes(feature)) ?? [];
  if (unknown.length > 0) {
    throw new OperatorProblem(`There is no feature "${unknown[0]}"; choose of ${known.join(', ')}, or "none".`);
  }
  const workspace = await assignFeatures(await workspaceNamed(values), chosen);
  const { features: held } = tenantOf(workspace);
  const whose = workspace.features ? 'set here' : `of the plan "${workspace.plan}"`;
  console.log(`Features of ${workspace.slug}, ${whose}: ${held.join(', ') || 'none'}.`);
}

async function list({ stage }: Values) {
  connect(stageOption(stage));
  for (const { slug, plan, environment, id, name } of await listWorkspaces()) {
    console.log(`${slug.padEnd(24)} ${plan.padEnd(10)} ${environment}  ${id}  ${name}`);
  }
}

function requirePlan(plan: string): asserts plan is Plan {
  if (planNames.includes(plan)) return;
  throw new OperatorProblem(`There is no plan "${plan}"; choose one of ${planNames.join(', ')}.`);
}

async function workspaceNamed({ workspace: slug, stage }: Pick<Values, 'workspace' | 'stage'>): Promise<WorkspaceRow> {
  if (!slug) throw new OperatorProblem(`Usage: ${usage}`);
  connect(stageOption(stage));
  const workspace = await findWorkspace(slug);
  if (!workspace) {
    throw new OperatorProblem(`There is no workspace "${slug}"; "npm run workspace -- list" tells which there are.`);
  }
  return workspace;
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        slug: { type: 'string' },
        plan: { type: 'string' },
        environment: { type: 'string', default: 'live' },
        workspace: { type: 'string' },
        'rate-limit': { type: 'string' },
        set: { type: 'string' },
        unset: { type: 'boolean', default: false },
        stage: { type: 'string' },
      },
    });
  } catch (error) {
    throw new OperatorProblem(`${(error as Error).message}\nUsage: ${usage}`);
  }
}
