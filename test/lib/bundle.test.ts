import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import aws4 from 'aws4';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import * as routes from '../../functions/routes.ts';
import * as workers from '../../functions/workers.ts';
import { bundle, bundleOptions } from '../../lib/bundle.ts';
import { catalogueOf } from '../../lib/catalogue.ts';
import { buildAssets } from '../../lib/openapi/assets.ts';

const { endpoints, fallback, workers: all } = catalogueOf(routes, workers);
const health = endpoints.find(({ name }) => name === 'service/health')!;
/** This function calls AWS with a client of the SDK. */
const mail = all.find(({ name }) => name === 'mail/send')!;
const catalogue = { endpoints: [health], fallback, workers: [mail], atDeployment: [] };
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
      'functions/mail/send/index.mjs',
      'functions/service/fallback/index.mjs',
      'functions/service/fallback/routes.json',
      'functions/service/health/index.mjs',
    ]);
    const maps = ['mail/send', 'service/fallback', 'service/health'].map((name) => `maps/${name}.mjs.map`);
    expect(files('maps')).toEqual(maps);
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

  test('gives packages in CommonJS the modules of Node.js that they require', async () => {
    const contents =
      "import aws4 from 'aws4'; export const sign = (request, keys) => aws4.sign(request, keys).headers;";
    const outfile = join(outdir, 'common.mjs');
    const { metafile } = await build({
      ...bundleOptions,
      stdin: { contents, resolveDir: process.cwd(), loader: 'js' },
      outfile,
    });
    expect(Object.keys(metafile.inputs)).toContain('node-module:querystring');
    // Signatures use the fast hash functions.
    expect(Object.keys(metafile.inputs)).toContain('lib/bundle/signing-crypto.ts');
    expect(Object.keys(metafile.inputs)).not.toContain('node-module:crypto');
    const { sign } = await import(pathToFileURL(outfile).href);
    const date = '20260322T100000Z';
    const request = { service: 'dynamodb', region: 'eu-west-1', body: '{}', headers: { 'X-Amz-Date': date } };
    const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
    for (let i = 0; i < 3; i++) expect(sign(request, keys)).toEqual(aws4.sign(request, keys).headers);
  });

  test('is the same when it is built again', async () => {
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
