import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderDocument } from '../../lib/openapi/document.ts';
import { addressed } from '../support/endpoints.ts';
import { folder, generate, installGenerator } from './generator.ts';
import { run, withoutProgram } from './programs.ts';

/**
 * Clients that openapi-generator generates from the document compile. `lib/openapi/client-rules.test.ts` refuses known
 * problems in milliseconds; this suite finds unknown ones.
 */

const noJava = await withoutProgram('java', ['-version']);
const noGo = noJava ?? (await withoutProgram('go', ['version']));
for (const reason of new Set([noJava, noGo]))
  if (reason) console.warn(`Generated clients are not compiled: ${reason}.`);

const routes = addressed.map(({ route }) => route);
const document = JSON.stringify(renderDocument(routes, '0.0.0'));
const compiler = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));

/** A document whose client has compiled is not compiled again. */
const passed = (language: string) =>
  join(folder, `${language}-${createHash('sha256').update(document).digest('hex').slice(0, 24)}`);
const languages = { go: noGo, 'typescript-fetch': noJava, 'typescript-axios': noJava };
const wanted = Object.entries(languages)
  .filter(([language, reason]) => !reason && !existsSync(passed(language)))
  .map(([language]) => language);

let clients: string;

beforeAll(async () => {
  clients = await mkdtemp(join(tmpdir(), 'hexfence-clients-'));
  if (wanted.length === 0) return;
  await installGenerator();
  const file = join(clients, 'openapi.json');
  await writeFile(file, document);
  await generate(file, wanted, clients);
}, 300_000);
afterAll(() => rm(clients, { recursive: true }));

/** A test of the client of one language; `compile` returns the errors about it. */
function compiles(language: keyof typeof languages, compile: (client: string) => Promise<string>): void {
  test.skipIf(languages[language])(
    `${language} compiles`,
    async () => {
      if (!wanted.includes(language)) return;
      expect(await compile(join(clients, language))).toBe('');
      await writeFile(passed(language), '');
    },
    300_000,
  );
}

/** Generated code needs only the names of what it imports, so no package is downloaded. */
async function standIn(path: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(path, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
}

compiles('go', async (client) => {
  await standIn(join(client, 'validator'), {
    'go.mod': 'module gopkg.in/validator.v2\n\ngo 1.23\n',
    'validator.go': 'package validator\n\nfunc Validate(v interface{}) error { return nil }\n',
  });
  await run('go', ['mod', 'edit', '-replace', 'gopkg.in/validator.v2=./validator'], client);
  const offline = { GOFLAGS: '-mod=mod', GOPROXY: 'off', GOSUMDB: 'off' };
  return (await run('go', ['build', '.'], client, offline)).output.trim();
});

const axios = `
export interface RawAxiosRequestConfig { [name: string]: any }
export interface AxiosResponse<T = any> { data: T }
export type AxiosPromise<T = any> = Promise<AxiosResponse<T>>;
export interface AxiosInstance {
  defaults: { baseURL?: string };
  request<T = any, R = AxiosResponse<T>>(config: RawAxiosRequestConfig): Promise<R>;
}
declare const axios: AxiosInstance;
export default axios;
`;

async function typeCheck(client: string): Promise<string> {
  const compilerOptions = {
    ...{ target: 'es2022', module: 'esnext', moduleResolution: 'bundler', strict: true, noEmit: true },
    ...{ types: [], lib: ['es2022', 'dom'] },
  };
  await writeFile(join(client, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['**/*.ts'] }));
  return (await run(compiler, ['-p', client], client)).output.trim();
}

compiles('typescript-fetch', typeCheck);

compiles('typescript-axios', async (client) => {
  await standIn(join(client, 'node_modules/axios'), {
    'index.d.ts': axios,
    'package.json': '{ "types": "index.d.ts" }',
  });
  return await typeCheck(client);
});
