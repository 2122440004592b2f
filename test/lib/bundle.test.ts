import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import * as routes from '../../functions/routes.ts';
import * as workers from '../../functions/workers.ts';
import { bundle, bundleOptions } from '../../lib/bundle.ts';
import { catalogueOf } from '../../lib/catalogue.ts';
import { buildAssets } from '../../lib/openapi/assets.ts';

const { endpoints, fallback } = catalogueOf(routes, workers);
const health = endpoints.find(({ name }) => name === 'service/health')!;
const catalogue = { endpoints: [health], fallback, workers: [], atDeployment: [] };
const root = process.cwd();
const outdir = mkdtempSync(join(tmpdir(), 'hexfence-bundle-'));
const files = (under: string) =>
  readdirSync(join(outdir, under), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(outdir.length + 1))
    .sort();
const digests = () =>
  files('functions').map((file) =>
    createHash('sha256')
      .update(readFileSync(join(outdir, file)))
      .digest('hex'),
  );

let inputs: string[];
beforeAll(async () => {
  await buildAssets(catalogue, join(outdir, 'assets'));
  inputs = Object.keys((await bundle({ catalogue, outdir })).inputs);
});

describe('the bundle', () => {
  test('holds code and assets, and its maps lie elsewhere', () => {
    expect(files('functions')).toEqual([
      'functions/service/fallback/index.mjs',
      'functions/service/fallback/routes.json',
      'functions/service/health/index.mjs',
    ]);
    expect(files('maps')).toEqual(['maps/service/fallback.mjs.map', 'maps/service/health.mjs.map']);
    expect(files('.')).toContain('meta.json');
  });

  test('is an ES module that needs no require', () => {
    const code = readFileSync(join(outdir, 'functions/service/health/index.mjs'), 'utf8');
    expect(code).toMatch(/export\{[^}]*\bhandler\b/);
    expect(code).not.toContain('Dynamic require of');
    expect(code).not.toContain('sourceMappingURL');
  });

  test('takes credentials from the environment and asks nobody else', () => {
    const packages = ['sso', 'ini', 'process', 'web-identity', 'login', 'http', 'node'];
    const providers = [...packages.map((name) => `credential-provider-${name}/`), 'credential-provider-imds'];
    expect(inputs.filter((input) => providers.some((provider) => input.includes(provider)))).toEqual([]);
    expect(inputs.filter((input) => input.includes('credential-provider-env/'))).not.toEqual([]);
  });

  test('has errors of AWS by name, with all that AWS says of them', async () => {
    const entry = `
      import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
      const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
      export async function errorOf(statusCode, body) {
        const headers = { 'content-type': 'application/x-amz-json-1.0' };
        const response = { statusCode, headers, body: new Response(JSON.stringify(body)).body };
        const requestHandler = { handle: async () => ({ response }), metadata: { handlerProtocol: 'http/1.1' } };
        const client = new DynamoDBClient({ region: 'us-east-1', credentials, requestHandler, maxAttempts: 1 });
        return client.send(new GetItemCommand({ TableName: 't', Key: {} })).catch((error) => error);
      }`;
    const outfile = join(outdir, 'errors.mjs');
    await build({ ...bundleOptions, stdin: { contents: entry, resolveDir: root, loader: 'js' }, outfile });
    const { errorOf } = await import(pathToFileURL(outfile).href);
    const prefix = 'com.amazonaws.dynamodb.v20120810#';
    const failed = { __type: `${prefix}ConditionalCheckFailedException`, message: 'no', Item: { pk: { S: 'a' } } };
    expect(await errorOf(400, failed)).toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'no',
      $fault: 'client',
      $metadata: { httpStatusCode: 400 },
      Item: { pk: { S: 'a' } },
    });
    const reasons = [{ Code: 'None' }, { Code: 'TransactionConflict' }];
    const cancelled = { __type: `${prefix}TransactionCanceledException`, CancellationReasons: reasons };
    expect(await errorOf(400, cancelled)).toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: reasons,
    });
    expect(await errorOf(500, { __type: `${prefix}InternalServerError` })).toMatchObject({
      name: 'InternalServerError',
      $fault: 'server',
    });
    expect(await errorOf(400, { __type: `${prefix}NewerThanThis`, message: 'x' })).toMatchObject({
      name: 'NewerThanThis',
    });
  });

  test('comes out the same again', async () => {
    const before = digests();
    await bundle({ catalogue, outdir });
    expect(digests()).toEqual(before);
  });

  test('lacks no asset that a route names', async () => {
    const route = { ...health.route, assets: ['map.html'] };
    const wanting = { ...catalogue, endpoints: [{ ...health, route }] };
    await expect(bundle({ catalogue: wanting, outdir })).rejects.toThrow('service/health serves "map.html", which');
  });
});
