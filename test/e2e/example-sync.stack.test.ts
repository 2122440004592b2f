import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { apiClient, newKey, newWorkspace, useDeployedTables } from '../support/stack.ts';

/** The example as a newcomer runs it, in a workspace without geofences. */

const entry = fileURLToPath(new URL('../../bin/example-sync.ts', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'hexfence-example-'));
const facts = join(directory, 'stack.json');
let apiKey: string;

beforeAll(async () => {
  useDeployedTables();
  apiKey = await newKey(await newWorkspace(), { scopes: ['geofences:write', 'geofences:read'] });
  writeFileSync(facts, JSON.stringify({ url: inject('stack').url, apiKey }));
});
afterAll(() => rmSync(directory, { recursive: true }));

const runExample = (stack = facts) =>
  promisify(execFile)(process.execPath, [entry], { env: { PATH: process.env.PATH, HEXFENCE_STACK: stack } });

const addresses = ['123 Main St', '456 Market St', '789 Mission St'].map((street) => `${street}, San Francisco, CA`);

async function namesOfGeofences(): Promise<string[]> {
  const { body } = await apiClient(apiKey)('GET', '/api/v1/geofences?tag=customer:acme');
  return body.data.map(({ name }: { name: string }) => name).sort();
}

test('imports three addresses, and forces them when they are there already', async () => {
  expect(await runExample()).toEqual({
    stderr: '',
    stdout: 'First pass: 3 created, 0 duplicate, 0 error\nTotal geofences created: 3\n',
  });
  expect(await namesOfGeofences()).toEqual(addresses);
  expect(await runExample()).toEqual({
    stderr: '',
    stdout: [
      'First pass: 0 created, 3 duplicate, 0 error',
      'Override pass: 3 force-created',
      'Total geofences created: 3',
      '',
    ].join('\n'),
  });
  expect(await namesOfGeofences()).toEqual(addresses.flatMap((address) => [address, address]));
});

test('says in one sentence that no stack runs', async () => {
  await expect(runExample(join(directory, 'none'))).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'No local stack is running: run "npm start" in another terminal.\n',
  });
});

test('says in one sentence that the stack is gone', async () => {
  const gone = join(directory, 'gone.json');
  writeFileSync(gone, JSON.stringify({ url: 'http://localhost:1', apiKey }));
  await expect(runExample(gone)).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'The local stack does not answer at http://localhost:1: run "npm start" in another terminal.\n',
  });
});
