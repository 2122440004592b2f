/**
 * Makes workspaces and decides about them, in the local stack or in a real account:
 *
 *     npm run workspace -- create --name "Acme" --slug acme [--owner ana@example.com] [--plan pro] [--stage local]
 *     npm run workspace -- owner --workspace acme --email ana@example.com
 *     npm run workspace -- plan --workspace acme --plan enterprise [--rate-limit 20000]
 *     npm run workspace -- features --workspace acme --set BULK_IMPORT
 *     npm run workspace -- suspend --workspace acme
 *     npm run workspace -- resume --workspace acme
 *     npm run workspace -- delete --workspace acme [--yes acme]
 *     npm run workspace -- show --workspace acme
 *     npm run workspace -- list
 */
import { choose, misused, readAction, readArguments } from '../lib/command/arguments.ts';
import { CommandProblem } from '../lib/command/problem.ts';
import { runCommand } from '../lib/command/run.ts';
import { connectTo, connectToBroker, stageOf } from '../lib/operator/connect.ts';
import { deleteAfterConsent } from '../lib/operator/delete-workspace.ts';
import { connectToFiles } from '../lib/operator/files-bucket.ts';
import { linesOf } from '../lib/operator/show-workspace.ts';
import { resumeWorkspace, suspendWorkspace } from '../shared/operator/suspension.ts';
import { assignFeatures, assignPlan, listWorkspaces } from '../shared/operator/workspaces.ts';
import { randomBase62 } from '../shared/tenancy/base62.ts';
import { allFeatures, plans } from '../shared/tenancy/plans.ts';
import type { Plan } from '../shared/tenancy/tenant.ts';
import { isSuspended, tenantOf, tierRateLimit, type WorkspaceRow } from '../shared/tenancy/workspace-record.ts';
import { foundWorkspace, installOwner } from '../shared/users/founding.ts';
import { Email } from '../shared/wire/email.ts';
import { slugPattern } from '../shared/workspaces/slug.ts';
import { createWorkspace, findWorkspace, type WorkspaceDraft } from '../shared/workspaces/workspaces.ts';

const planNames = Object.keys(plans) as Plan[];
const usage = `npm run workspace -- create --name <name> --slug <slug> [--owner <e-mail>] [--plan ${planNames.join('|')}] [--environment live|test] [--stage local|dev|prod]
       npm run workspace -- owner --workspace <slug> --email <e-mail> [--stage …]
       npm run workspace -- plan --workspace <slug> --plan <plan> [--rate-limit <requests an hour of each key>] [--stage …]
       npm run workspace -- features --workspace <slug> --set <features, or none> | --unset [--stage …]
       npm run workspace -- suspend | resume | show --workspace <slug> [--stage …]
       npm run workspace -- delete --workspace <slug> [--yes <slug>] [--stage …]
       npm run workspace -- list [--stage …]
  Workspaces, in the local stack or, with --stage dev or prod, in AWS.

  owner     makes an owner who can sign in, or gives one a new password
  features  sets what the workspace may use, in place of what its plan says; --unset goes back to the plan
  suspend   refuses its keys and people at once and loses nothing, until resume
  delete    with all of its data: shows how much, and asks twice unless --yes is given`;

const options = {
  name: { type: 'string' },
  slug: { type: 'string' },
  owner: { type: 'string' },
  email: { type: 'string' },
  plan: { type: 'string' },
  environment: { type: 'string', default: 'live' },
  workspace: { type: 'string' },
  'rate-limit': { type: 'string' },
  set: { type: 'string' },
  unset: { type: 'boolean', default: false },
  yes: { type: 'string' },
  stage: { type: 'string' },
} as const;

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

const actions = { create, owner, plan, features, suspend, resume, delete: remove, show, list };

await runCommand(async () => {
  const { values, positionals } = readArguments(usage, options);
  const { action } = readAction(usage, positionals, Object.keys(actions) as (keyof typeof actions)[]);
  await actions[action](values);
});

async function create({ name, slug, plan = 'free', environment, stage, owner }: Values) {
  if (!name || !slug) throw misused(usage, '--name and --slug are required.');
  const chosen = choose('plan', plan, planNames);
  if (name.length > 120) throw new CommandProblem('A name has at most 120 characters.');
  if (!slugPattern.test(slug)) {
    throw new CommandProblem(
      'A slug is 2 to 63 lower-case letters, digits and hyphens, and does not begin with a hyphen.',
    );
  }
  const named = choose('environment', environment, ['live', 'test']);
  if (owner !== undefined) requireEmail(owner, '--owner');
  await connectTo(stage);
  const draft: WorkspaceDraft = { name, slug, plan: chosen, environment: named };
  const there = stage ? ` --stage ${stage}` : '';
  if (owner === undefined) {
    const { id } = await createWorkspace(draft);
    console.log(`Workspace ${slug} (${id}) is ready. Make an owner who can sign in, or a key for it:\n`);
    console.log(`  npm run workspace -- owner --workspace ${slug} --email you@example.com${there}`);
    console.log(`  npm run key -- create --workspace ${slug} --name "First key"${there}`);
    return;
  }
  const founder = founderOf(owner);
  const { workspace } = await foundWorkspace(draft, founder);
  console.log(`Workspace ${slug} (${workspace.id}) is ready.`);
  printLogin(founder);
}

/** Makes an owner. This is also the way back in when all owners are gone or have forgotten their passwords. */
async function owner({ email = '', ...values }: Values) {
  requireEmail(email, '--email');
  const founder = founderOf(email);
  await installOwner(await workspaceNamed(values), founder);
  printLogin(founder);
}

function founderOf(email: string) {
  return { email, password: `${randomBase62(16)}a1`, name: '', emailVerified: true };
}

function printLogin({ email, password }: ReturnType<typeof founderOf>): void {
  console.log(`\n  ${email} is an owner and signs in with the password  ${password}\n`);
  console.log('Shown only this once; change it with POST /auth/change-password.');
}

function requireEmail(email: string, option: '--email' | '--owner'): void {
  if (Email.safeParse(email).success) return;
  throw new CommandProblem(
    `${option} ${email ? `is "${email}": give` : 'is required:'} an address such as ana@example.com.`,
  );
}

async function plan({ plan, 'rate-limit': rate, ...values }: Values) {
  if (!plan) throw misused(usage, '--plan is required.');
  const chosen = choose('plan', plan, planNames);
  if (rate !== undefined && plan !== 'enterprise') {
    throw new CommandProblem('Only a workspace with the plan "enterprise" can have its own rate limit.');
  }
  if (rate !== undefined && !/^[1-9]\d{0,8}$/.test(rate)) {
    throw new CommandProblem('--rate-limit is a whole number of requests an hour, 1 to 999999999.');
  }
  const found = await workspaceNamed(values);
  const workspace = await assignPlan(found, chosen, rate === undefined ? undefined : Number(rate));
  console.log(`${workspace.slug} has the plan "${plan}": ${tierRateLimit(workspace)} requests an hour for each key.`);
}

async function features({ set, unset, ...values }: Values) {
  if ((set === undefined) === !unset) throw misused(usage, 'Use either --set or --unset.');
  const chosen = set === 'none' ? [] : set?.split(',').map((name) => choose('feature', name.trim(), allFeatures));
  const workspace = await assignFeatures(await workspaceNamed(values), chosen);
  const { features: held } = tenantOf(workspace);
  const whose = workspace.features ? 'set here' : `of the plan "${workspace.plan}"`;
  console.log(`Features of ${workspace.slug}, ${whose}: ${held.join(', ') || 'none'}.`);
}

/** From now on its credentials are refused and its background work waits. */
async function suspend(values: Values) {
  const { slug } = await suspendWorkspace(await workspaceNamed(values));
  console.log(
    `${slug} is suspended: its keys, tokens and users are refused, and its background work waits for "resume".`,
  );
}

async function resume(values: Values) {
  const { slug } = await resumeWorkspace(await workspaceNamed(values));
  console.log(`${slug} is active.`);
}

async function show(values: Values) {
  console.log((await linesOf(await workspaceNamed(values))).join('\n'));
}

async function remove({ yes, ...values }: Values) {
  const workspace = await workspaceNamed(values);
  await connectToBroker();
  await connectToFiles(stageOf(values.stage));
  await deleteAfterConsent(workspace, yes);
}

async function list({ stage }: Values) {
  await connectTo(stage);
  for (const workspace of await listWorkspaces()) {
    const { slug, plan, environment, id, name } = workspace;
    const mark = isSuspended(workspace) ? '  (suspended)' : '';
    console.log(`${slug.padEnd(24)} ${plan.padEnd(10)} ${environment}  ${id}  ${name}${mark}`);
  }
}

async function workspaceNamed({ workspace: slug, stage }: Pick<Values, 'workspace' | 'stage'>): Promise<WorkspaceRow> {
  if (!slug) throw misused(usage, '--workspace is required.');
  await connectTo(stage);
  const workspace = await findWorkspace(slug);
  if (!workspace) {
    throw new CommandProblem(`There is no workspace "${slug}"; "npm run workspace -- list" lists all workspaces.`);
  }
  return workspace;
}
