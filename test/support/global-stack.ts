import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import type { ProvidedContext } from 'vitest';
import type { TestProject } from 'vitest/node';
import { seedDemo } from '../../lib/demo/seed.ts';
import { region, rootKey } from '../../lib/local/environment.ts';
import { startStack } from '../../lib/local/stack.ts';

import { loggedLines, secretsIn } from './secrets.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The deployed stack that the tests of this run share. */
    stack: {
      readonly url: string;
      readonly endpoint: string;
      readonly apiKey: string;
      /** The address of the demo workspace's owner. */
      readonly email: string;
      readonly password: string;
      readonly outputs: Record<string, string>;
      readonly originVerify: string;
      /** The process group of the emulator. */
      readonly emulatorPid: number;
      /** The page of the mails that were sent. */
      readonly mailUrl: string;
      /** The environment variables of all functions together. */
      readonly environment: Record<string, string>;
    };
  }
}

/**
 * For handlers that tests call in their own process. It omits variables that belong to one function, and the refusal of
 * direct calls, since these calls are direct.
 */
async function environmentOfFunctions(endpoint: string): Promise<Record<string, string>> {
  const credentials = { accessKeyId: rootKey.AWS_ACCESS_KEY_ID, secretAccessKey: rootKey.AWS_SECRET_ACCESS_KEY };
  const lambda = new LambdaClient({ endpoint, region, credentials });
  const merged: Record<string, string> = {};
  for await (const page of paginateListFunctions({ client: lambda }, {})) {
    for (const { Environment } of page.Functions ?? []) Object.assign(merged, Environment?.Variables);
  }
  return Object.fromEntries(
    Object.entries(merged).filter(
      ([name]) => !/^(AWS_|METRICS_NAMESPACE$|LOG_LEVEL$|STAGE$|FRONT_DOOR_ONLY$)/.test(name),
    ),
  );
}

/** After all tests: no log may contain a secret that they sent or received. */
async function refuseSecretsInLogs(endpoint: string, emulatorLog: string): Promise<void> {
  const lines = readFileSync(emulatorLog, 'utf8').split('\n');
  const ofEmulator = lines.length;
  for await (const line of loggedLines(endpoint)) lines.push(line);
  const found = secretsIn(lines);
  if (found.length > 0) throw new Error(`Secrets in logs:\n${[...new Set(found)].slice(0, 20).join('\n')}`);
  const requests = lines.slice(ofEmulator).filter((line) => line.includes('"message":"request"')).length;
  console.log(`No secret in ${lines.length} lines of logs, ${requests} of them of requests.`);
}

interface Shared {
  readonly provided: ProvidedContext['stack'];
  readonly stop: () => Promise<void>;
}

/** Deploys the real app to an emulator of its own. */
async function start(): Promise<Shared> {
  const directory = mkdtempSync(join(tmpdir(), 'hexfence-test-'));
  const stack = await startStack({ directory, port: 0, seed: seedDemo });
  const { url, deployed, seeded, originVerify } = stack;
  const provided = {
    url,
    endpoint: deployed.endpoint,
    apiKey: seeded.apiKey,
    email: seeded.email,
    password: seeded.password,
    outputs: { ...deployed.outputs },
    originVerify,
    emulatorPid: stack.emulatorPid!,
    mailUrl: stack.mailUrl!,
    environment: await environmentOfFunctions(deployed.endpoint),
  };
  const stop = async () => {
    try {
      await refuseSecretsInLogs(deployed.endpoint, join(directory, 'emulator.log'));
    } finally {
      await stack.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  };
  return { provided, stop };
}

/** Vitest loads this file once for each project, so what the projects of a run share hangs on its process. */
const run = globalThis as { sharedStack?: Promise<Shared>; projectsOnStack?: number };

/** Starts the stack before the first test of the run, and stops it after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  run.projectsOnStack = (run.projectsOnStack ?? 0) + 1;
  run.sharedStack ??= start();
  const { provided, stop } = await run.sharedStack;
  project.provide('stack', provided);
  return async () => {
    run.projectsOnStack! -= 1;
    if (run.projectsOnStack === 0) await stop();
  };
}
