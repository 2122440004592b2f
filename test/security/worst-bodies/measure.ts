import { LocationClient } from '@aws-sdk/client-location';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import type * as z from 'zod';
import { grantableScopes } from '../../../shared/auth/scopes.ts';
import { bodyLimitOf } from '../../../shared/http/body.ts';
import type { Route } from '../../../shared/http/route.ts';
import { createKey } from '../../../shared/operator/keys.ts';
import { createWorkspace } from '../../../shared/workspaces/workspaces.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { endpoints, type NamedEndpoint, paramsOf } from '../../support/endpoints.ts';
import { type Invocation, invoke } from '../../support/invoke.ts';
import { KmsFake } from '../../support/kms-fake.ts';
import { newPerson, signIn } from '../../support/persons.ts';
import { type Body, worstBodies } from './bodies.ts';

/**
 * Sends each route its worst bodies, in a process of its own whose heap is as small as the smallest function's, and
 * prints what each took of the processor: a line of JSON each.
 */

export interface Measured {
  readonly route: string;
  readonly who: 'stranger' | 'tenant';
  readonly body: string;
  readonly bytes: number;
  readonly status: number;
  readonly milliseconds: number;
}

/** All bodies are tried this small; those that then took longest are sent as large as they may be. */
const triedBytes = 96 * 1024;
const fullSized = 3;

const signerArn = 'arn:aws:kms:::key/t1';

function startPlatform(): void {
  new DynamoDbFake();
  const kms = new KmsFake();
  kms.create(signerArn);
  const jwk = kms.publicKey(signerArn).export({ format: 'jwk' });
  Object.assign(process.env, {
    TOKEN_ISSUER: 'urn:hexfence:test',
    TOKEN_SIGNER: JSON.stringify({ kid: 't1', key: signerArn }),
    TOKEN_KEYS: JSON.stringify({ keys: [{ ...jwk, kid: 't1', alg: 'ES256', use: 'sig' }] }),
    POWERTOOLS_LOG_LEVEL: 'CRITICAL',
    POWERTOOLS_DEV: 'false',
    SIGN_UP: 'true',
    CURSOR_KEY: 'a key of the test',
  });
  for (const client of [SQSClient, SESv2Client, LocationClient]) mockClient(client as typeof SQSClient);
  const quiet = () => undefined;
  for (const method of ['info', 'warn', 'error', 'debug'] as const) console[method] = quiet;
}

let number = 0;

/** A tenant that has used nothing up. */
async function tenantFor({ scope }: Route): Promise<Invocation> {
  if (scope === 'public') return {};
  number += 1;
  const workspace = await createWorkspace({ name: 'Test', slug: `test-${number}`, plan: 'enterprise' });
  const granted = (grantableScopes as readonly string[]).includes(scope);
  if (granted) return { key: (await createKey(workspace, { name: 'Test', scopes: [...grantableScopes] })).key };
  const { access_token: token } = await signIn(await newPerson(workspace, 'owner'));
  return { headers: { authorization: `Bearer ${token}` } };
}

/** A key of the right form and checksum that nobody was given. */
async function strangerFor({ scope }: Route): Promise<Invocation> {
  if (scope === 'public') return {};
  const { reference } = await createWorkspace({ name: 'Gone', slug: `gone-${++number}`, plan: 'free' });
  const { mintApiKey } = await import('../../../shared/auth/api-key.ts');
  return { key: mintApiKey(reference, 'live', 'hx').key };
}

async function measure(one: NamedEndpoint, who: Measured['who'], name: string, body: string): Promise<Measured> {
  const by = await (who === 'tenant' ? tenantFor : strangerFor)(one.route);
  const begun = process.cpuUsage();
  const { status } = await invoke(one, { ...by, params: paramsOf(one.route, 'no-such'), body });
  const { user, system } = process.cpuUsage(begun);
  return { route: one.name, who, body: name, bytes: body.length, status, milliseconds: (user + system) / 1000 };
}

const print = (measured: Measured) => process.stdout.write(`${JSON.stringify(measured)}\n`);
const slowest = (a: Measured, b: Measured) => b.milliseconds - a.milliseconds;

async function measureRoute(one: NamedEndpoint, bodies: readonly Body[]): Promise<void> {
  const limit = bodyLimitOf(one.route);
  const tried: Measured[] = [];
  for (const { name, text } of bodies) tried.push(await measure(one, 'tenant', name, text(triedBytes)));
  for (const { body: name } of tried.sort(slowest).slice(0, fullSized)) {
    const text = bodies.find((body) => body.name === name)!.text(limit);
    process.stderr.write(`${one.name}: ${name}\n`);
    print(await measure(one, 'tenant', name, text));
    print(await measure(one, 'stranger', name, text));
  }
}

startPlatform();
const only = process.argv.slice(2);
for (const one of endpoints) {
  const { route } = one;
  if (!route.body || (only.length > 0 && !only.includes(one.name))) continue;
  await measureRoute(one, worstBodies(route as Route & { body: z.ZodType }));
}
process.exit();
