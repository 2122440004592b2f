import type * as z from 'zod';
import { mintApiKey } from '../../../../shared/auth/api-key.ts';
import { grantableScopes } from '../../../../shared/auth/scopes.ts';
import { bodyLimitOf } from '../../../../shared/http/body.ts';
import type { Route } from '../../../../shared/http/route.ts';
import { createKey } from '../../../../shared/operator/keys.ts';
import { createWorkspace } from '../../../../shared/workspaces/workspaces.ts';
import { platform } from '../../../platform/in-process.ts';
import { takeMessages } from '../../../support/aws-fake.ts';
import { endpoints, type NamedEndpoint, paramsOf } from '../../../support/endpoints.ts';
import { type Invocation, invoke } from '../../../support/invoke.ts';
import { newPerson, signIn } from '../../../support/persons.ts';
import { type Body, worstBodies } from './bodies.ts';

/**
 * Sends each route its worst bodies, in a process of its own whose heap is as small as that of the smallest function,
 * and prints the processor time of each: one line of JSON each.
 */

interface Figures {
  readonly route: string;
  readonly body: string;
  readonly bytes: number;
  readonly status: number;
  readonly milliseconds: number;
}

export type Measured = Figures & { readonly who: 'stranger' | 'tenant' };

/**
 * All bodies are first tried at this size; those that took longest, and full lists, which cost more than in proportion,
 * are then sent at the largest size.
 */
const triedBytes = 48 * 1024;
const fullSized = 2;
/** Less than any rate limit allows a tenant in an hour. */
const bodiesATenant = 50;

/** Nobody handles the messages: that is the time of another function. */
takeMessages(() => undefined);
const quiet = () => undefined;
for (const method of ['info', 'warn', 'error', 'debug'] as const) console[method] = quiet;

let number = 0;

/** A tenant that has used nothing of its limits. */
async function newTenant({ scope }: Route): Promise<Invocation> {
  if (scope === 'public') return {};
  number += 1;
  const workspace = await createWorkspace({ name: 'Test', slug: `test-${number}`, plan: 'enterprise' });
  const granted = (grantableScopes as readonly string[]).includes(scope);
  if (granted) return { key: (await createKey(workspace, { name: 'Test', scopes: [...grantableScopes] })).key };
  const { access_token: token } = await signIn(await newPerson(workspace, 'owner'));
  return { headers: { authorization: `Bearer ${token}` } };
}

/** A key with a valid form and checksum that does not exist. */
async function newStranger({ scope }: Route): Promise<Invocation> {
  if (scope === 'public') return {};
  const { reference } = await createWorkspace({ name: 'Gone', slug: `gone-${++number}`, plan: 'free' });
  return { key: mintApiKey(reference, 'live', 'hx').key };
}

async function measure(one: NamedEndpoint, by: Invocation, name: string, body: string): Promise<Figures> {
  const headers = { ...by.headers, prefer: 'respond-async' };
  const begun = process.cpuUsage();
  const { status } = await invoke(one, { ...by, headers, params: paramsOf(one.route, 'no-such'), body });
  const { user, system } = process.cpuUsage(begun);
  return { route: one.name, body: name, bytes: body.length, status, milliseconds: (user + system) / 1000 };
}

const print = (measured: Measured) => process.stdout.write(`${JSON.stringify(measured)}\n`);
const slowest = (a: Figures, b: Figures) => b.milliseconds - a.milliseconds;

async function measureRoute(one: NamedEndpoint, bodies: readonly Body[]): Promise<void> {
  platform.startAfresh();
  const limit = bodyLimitOf(one.route);
  const tried: Figures[] = [];
  let tenant = await newTenant(one.route);
  for (const { name, text } of bodies) {
    if (tried.length % bodiesATenant === 0) tenant = await newTenant(one.route);
    tried.push(await measure(one, tenant, name, text(triedBytes)));
  }
  const stranger = await newStranger(one.route);
  const longest = tried.sort(slowest).slice(0, fullSized);
  const sent = new Set([...longest, ...tried.filter(({ body }) => body.includes('every list full'))]);
  for (const { body: name } of sent) {
    const text = bodies.find((body) => body.name === name)!.text(limit);
    process.stderr.write(`${one.name}: ${name}\n`);
    print({ who: 'tenant', ...(await measure(one, await newTenant(one.route), name, text)) });
    print({ who: 'stranger', ...(await measure(one, stranger, name, text)) });
  }
}

const only = process.argv.slice(2);
for (const one of endpoints) {
  const { route } = one;
  if (!route.body || (only.length > 0 && !only.includes(one.name))) continue;
  await measureRoute(one, worstBodies(route as Route & { body: z.ZodType }));
}
process.exit();
