import { cp, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { assetsOf } from '../shared/http/known-routes.ts';
import { clientVersion } from './bundle/client-version.ts';
import { leanUndici } from './bundle/lean-undici.ts';
import { leanZod } from './bundle/lean-zod.ts';
import { nodeModules } from './bundle/node-modules.ts';
import { pureCapabilities } from './bundle/pure-capabilities.ts';
import { quickSigning } from './bundle/quick-signing.ts';
import { unusedParts } from './bundle/unused-parts.ts';
import { withoutJsonSchema } from './bundle/without-json-schema.ts';
import type { Catalogue } from './catalogue.ts';

export interface BundleOptions {
  readonly catalogue: Pick<Catalogue, 'endpoints' | 'fallback' | 'workers' | 'atDeployment'>;
  /** A new directory. Gets `functions/<name>/index.mjs`, `maps/<name>.mjs.map` and `meta.json`; `assets/` is read from it. */
  readonly outdir: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** Modules that are bundled instead of those that the code imports. */
const replacements: Readonly<Record<string, string>> = {
  '@aws-sdk/credential-provider-node': fileURLToPath(import.meta.resolve('./bundle/environment-credentials.ts')),
  '@smithy/core/event-streams': fileURLToPath(import.meta.resolve('./bundle/no-event-streams.ts')),
  // The same code without its checks for Node.js: they call `require`, which an ES module lacks.
  'h3-js': fileURLToPath(import.meta.resolve('h3-js/dist/browser/h3-js.es.js')),
};

const replaceModules: Plugin = {
  name: 'replace-modules',
  setup({ onResolve }) {
    for (const [name, path] of Object.entries(replacements)) {
      onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path }));
    }
  },
};

/** Every esbuild option except the entries. The bundle test and the benchmark build with it too. */
export const bundleOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // ESM first: the CommonJS builds of the SDK cannot be tree-shaken.
  mainFields: ['module', 'main'],
  minify: true,
  treeShaking: true,
  legalComments: 'none',
  charset: 'utf8',
  define: { 'process.env.NODE_ENV': '"production"' },
  outExtension: { '.js': '.mjs' },
  plugins: [
    clientVersion,
    quickSigning,
    nodeModules,
    pureCapabilities,
    replaceModules,
    leanZod,
    leanUndici,
    unusedParts,
    withoutJsonSchema,
  ],
  metafile: true,
  logLevel: 'warning',
} as const satisfies Parameters<typeof build>[0];

interface Entry {
  readonly name: string;
  readonly assets: readonly string[];
}

function entriesOf({ endpoints, fallback, workers, atDeployment }: BundleOptions['catalogue']): readonly Entry[] {
  return [
    ...[...endpoints, fallback].map(({ name, route }) => ({ name, assets: assetsOf(route) })),
    ...[...workers, ...atDeployment].map(({ name }) => ({ name, assets: [] })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * A CommonJS module that calls `require` for a Node.js module would throw at its first use in an ESM bundle. No module
 * does so far, so there is no `createRequire` banner, which would cost time. This check names the first module that
 * does.
 */
function refuseDynamicRequires({ outputs, inputs }: Metafile): void {
  for (const [output, { inputs: parts }] of Object.entries(outputs)) {
    const culprit = Object.keys(parts).find((input) => inputs[input]?.imports.some(isRequireOfNode));
    if (culprit) throw new Error(`${output} pulled in ${culprit}, a CommonJS module that requires a Node.js module.`);
  }
}

type Import = Metafile['inputs'][string]['imports'][number];
const isRequireOfNode = ({ kind, external }: Import) => kind === 'require-call' && external === true;

/** Maps are not deployed: they would double the download of a cold start, and a stack trace can be mapped here. */
async function moveMap(outdir: string, name: string): Promise<void> {
  const target = join(outdir, 'maps', `${name}.mjs.map`);
  await mkdir(dirname(target), { recursive: true });
  await rename(join(outdir, 'functions', name, 'index.mjs.map'), target);
}

async function copyAssets(outdir: string, { name, assets }: Entry): Promise<void> {
  for (const asset of assets) {
    const source = join(outdir, 'assets', asset);
    await cp(source, join(outdir, 'functions', name, asset)).catch((cause) => {
      throw new Error(`${name} serves "${asset}", which the build has not made (${source}).`, { cause });
    });
  }
}

/** Number of entries that are bundled at once: esbuild keeps what it has read for each of them, some 20 MB. */
const entriesAtOnce = 64;

async function bundleSome(entries: readonly Entry[], outdir: string): Promise<Metafile> {
  const { metafile } = await build({
    ...bundleOptions,
    entryPoints: entries.map(({ name }) => ({ in: `functions/${name}.ts`, out: `${name}/index` })),
    outdir: join(outdir, 'functions'),
    sourcemap: 'external',
    sourcesContent: false,
  });
  refuseDynamicRequires(metafile);
  return metafile;
}

/**
 * Bundles every endpoint and worker. The same sources always give the same bytes, so that an unchanged function is not
 * deployed again.
 */
export async function bundle({ catalogue, outdir }: BundleOptions): Promise<Metafile> {
  const entries = entriesOf(catalogue);
  const whole: Metafile = { inputs: {}, outputs: {} };
  for (let i = 0; i < entries.length; i += entriesAtOnce) {
    const { inputs, outputs } = await bundleSome(entries.slice(i, i + entriesAtOnce), outdir);
    Object.assign(whole.inputs, inputs);
    Object.assign(whole.outputs, outputs);
  }
  await Promise.all(entries.map(({ name }) => moveMap(outdir, name)));
  for (const entry of entries) await copyAssets(outdir, entry);
  await writeFile(join(outdir, 'meta.json'), JSON.stringify(whole));
  return whole;
}
