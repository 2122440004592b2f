/**
 * Makes, lists and revokes API keys, in the local stack or in a real account:
 *
 *     npm run key -- create --workspace acme --name "CRM sync" [--scopes geofences:read,geofences:write | --headless]
 *     npm run key -- list --workspace acme
 *     npm run key -- revoke --workspace acme <id, key id or prefix>
 */
import { misused, readAction, readArguments } from '../lib/command/arguments.ts';
import { CommandProblem } from '../lib/command/problem.ts';
import { runCommand } from '../lib/command/run.ts';
import { connectTo } from '../lib/operator/connect.ts';
import { tableOfKeys } from '../lib/operator/list-keys.ts';
import { unknownName } from '../lib/unknown-name.ts';
import { canonicalNetwork } from '../shared/auth/network.ts';
import { grantableScopes, isScope, type Scope } from '../shared/auth/scopes.ts';
import { createKey, revokeKey } from '../shared/operator/keys.ts';
import type { WorkspaceRow } from '../shared/tenancy/workspace-record.ts';
import { findWorkspace } from '../shared/workspaces/workspaces.ts';

const usage = `npm run key -- create --workspace <slug> --name <name> [--scopes a,b | --headless] [--cidr <network> …] [--expires-at <ISO 8601>] [--stage …]
       npm run key -- list --workspace <slug> [--stage …]
       npm run key -- revoke --workspace <slug> <id, key id or prefix> [--stage …]
  API keys of a workspace, in the local stack or, with --stage dev or prod, in AWS. A key is shown once, when it is made.

  --scopes       comma-separated; all that a key may hold if not given
  --headless     a key for forms alone, which takes no scopes
  --cidr         a network that the key is good from; may repeat
  --expires-at   when it expires; never by default`;

const options = {
  workspace: { type: 'string' },
  name: { type: 'string' },
  scopes: { type: 'string' },
  headless: { type: 'boolean', default: false },
  cidr: { type: 'string', multiple: true },
  'expires-at': { type: 'string' },
  stage: { type: 'string' },
} as const;

await runCommand(async () => {
  const { values, positionals } = readArguments(usage, options);
  const { action, rest } = readAction(usage, positionals, ['create', 'list', 'revoke'], { more: 1 });
  if (!values.workspace) throw misused(usage, '--workspace is required.');
  await connectTo(values.stage);
  const workspace = await findWorkspace(values.workspace);
  if (!workspace) {
    throw new CommandProblem(
      `There is no workspace "${values.workspace}"; create it with "npm run workspace -- create".`,
    );
  }
  if (action === 'create') await create(workspace, values);
  else if (action === 'revoke') await revoke(workspace, rest[0]);
  else console.log((await tableOfKeys(workspace)).join('\n'));
});

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

async function create(workspace: WorkspaceRow, { name, scopes, headless, cidr = [], 'expires-at': expires }: Values) {
  if (!name || name.length > 120) throw new CommandProblem('--name is required and has 1 to 120 characters.');
  if (headless && scopes !== undefined)
    throw new CommandProblem('A headless key takes no scopes: omit either --headless or --scopes.');
  const chosen = headless ? [] : (scopes?.split(',').map((scope) => grantable(scope.trim())) ?? grantableScopes);
  const cidrs = cidr.map((network) => {
    const canonical = canonicalNetwork(network);
    if (canonical) return canonical;
    throw new CommandProblem(`"${network}" is not a network such as 203.0.113.0/24 or 2001:db8::/32.`);
  });
  const expiresAt = expires === undefined ? undefined : Date.parse(expires);
  if (expiresAt !== undefined && !(expiresAt > Date.now()))
    throw new CommandProblem('--expires-at is not an instant in the future.');
  const limits = { cidrs, ...(expiresAt === undefined ? {} : { expiresAt }) };
  const { id, key } = await createKey(workspace, { name, scopes: chosen, ...limits });
  console.log(`Key ${id}, shown only this once:\n\n  ${key}\n`);
}

function grantable(name: string): Scope {
  const scope = grantableScopes.find((one) => one === name);
  if (scope) return scope;
  throw new CommandProblem(
    isScope(name) ? `A key cannot have the scope ${name}.` : unknownName('scope', name, grantableScopes),
  );
}

async function revoke(workspace: WorkspaceRow, named: string | undefined) {
  if (!named) throw misused(usage, 'Name the key to revoke.');
  if (!(await revokeKey(workspace, named))) throw new CommandProblem(`${workspace.slug} has no key "${named}".`);
  console.log('Revoked; it is refused from now on.');
}
