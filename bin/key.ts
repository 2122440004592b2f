/**
 * Makes and revokes API keys, in the local stack or in a real account:
 *
 *     npm run key -- create --workspace acme --name "CRM sync" [--scopes geofences:read,geofences:write | --headless]
 *     npm run key -- revoke --workspace acme <id, key id or prefix>
 */
import { parseArgs } from 'node:util';
import { command, connect, OperatorProblem, stageOption } from '../lib/operator/connect.ts';
import { canonicalNetwork } from '../shared/auth/network.ts';
import { grantableScopes } from '../shared/auth/scopes.ts';
import { createKey, revokeKey } from '../shared/operator/keys.ts';
import type { WorkspaceRow } from '../shared/tenancy/workspace-record.ts';
import { findWorkspace } from '../shared/workspaces/workspaces.ts';

const usage = `npm run key -- create --workspace <slug> --name <name> [--scopes a,b | --headless] [--cidr <network> …] [--expires-at <ISO 8601>] [--stage …]
       npm run key -- revoke --workspace <slug> <id, key id or prefix> [--stage …]`;

await command(async () => {
  const { values, positionals } = readArguments();
  const [action, named] = positionals;
  if (!values.workspace || !['create', 'revoke'].includes(action ?? '')) throw new OperatorProblem(`Usage: ${usage}`);
  connect(stageOption(values.stage));
  const workspace = await findWorkspace(values.workspace);
  if (!workspace) {
    throw new OperatorProblem(
      `There is no workspace "${values.workspace}"; make it with "npm run workspace -- create".`,
    );
  }
  if (action === 'create') await create(workspace, values);
  else await revoke(workspace, named);
});

type Values = ReturnType<typeof readArguments>['values'];

async function create(workspace: WorkspaceRow, { name, scopes, headless, cidr, 'expires-at': expires }: Values) {
  if (!name || name.length > 120) throw new OperatorProblem('Say --name, of 1 to 120 characters.');
  const chosen = headless ? [] : (scopes?.split(',').map((scope) => scope.trim()) ?? grantableScopes);
  const unknown = chosen.filter((scope) => !(grantableScopes as string[]).includes(scope));
  if (unknown.length > 0) throw new OperatorProblem(`Keys cannot hold ${unknown.join(', ')}.`);
  const cidrs = cidr.map((network) => {
    const canonical = canonicalNetwork(network);
    if (canonical) return canonical;
    throw new OperatorProblem(`"${network}" is not a network such as 203.0.113.0/24 or 2001:db8::/32.`);
  });
  const expiresAt = expires === undefined ? undefined : Date.parse(expires);
  if (expiresAt !== undefined && !(expiresAt > Date.now()))
    throw new OperatorProblem('--expires-at is not an instant in the future.');
  const limits = { cidrs, ...(expiresAt === undefined ? {} : { expiresAt }) };
  const { id, key } = await createKey(workspace, { name, scopes: chosen, ...limits });
  console.log(`Key ${id}, shown only this once:\n\n  ${key}\n`);
}

async function revoke(workspace: WorkspaceRow, named: string | undefined) {
  if (!named) throw new OperatorProblem(`Usage: ${usage}`);
  if (!(await revokeKey(workspace, named))) throw new OperatorProblem(`${workspace.slug} has no key "${named}".`);
  console.log('Revoked; it is refused from now on.');
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        workspace: { type: 'string' },
        name: { type: 'string' },
        scopes: { type: 'string' },
        headless: { type: 'boolean', default: false },
        cidr: { type: 'string', multiple: true, default: [] },
        'expires-at': { type: 'string' },
        stage: { type: 'string' },
      },
    });
  } catch (error) {
    throw new OperatorProblem(`${(error as Error).message}\nUsage: ${usage}`);
  }
}
