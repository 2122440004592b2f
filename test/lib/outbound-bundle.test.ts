import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, expect, test, vi } from 'vitest';
import { bundleOptions } from '../../lib/bundle.ts';

/** Functions hold a part of undici only; everything that the connector uses of it must be in that part. */

const directory = mkdtempSync(join(tmpdir(), 'hexfence-outbound-'));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

test('the connector calls a target as it is bundled for functions', async () => {
  const server = createServer((_request, response) => response.writeHead(200, { 'retry-after': '7' }).end('taken'));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  vi.stubEnv('OPEN_TARGETS', 'true');
  const connector = fileURLToPath(new URL('../../shared/outbound/connector.ts', import.meta.url));
  const entry = join(directory, 'entry.ts');
  writeFileSync(entry, `export { callTargets } from ${JSON.stringify(connector)};`);
  await build({ ...bundleOptions, entryPoints: [{ in: entry, out: 'index' }], outdir: directory });
  const { callTargets } = await import(pathToFileURL(join(directory, 'index.mjs')).href);
  const { port } = server.address() as AddressInfo;
  const request = { method: 'POST', headers: {}, body: '{}', timeoutMilliseconds: 5000 };
  const answer = await callTargets.open().call({ ...request, url: `http://127.0.0.1:${port}/` });
  server.close();
  expect(answer).toMatchObject({ status: 200, body: 'taken', retryAfter: '7' });
});
