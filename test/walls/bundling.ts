import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, type Metafile, type Plugin } from 'esbuild';
import { root } from './sources.ts';

/** The content of bundles, and naive bundles of the same endpoints for comparison. */

const entryPoints = (names: readonly string[]) =>
  names.map((name) => ({ in: `functions/${name}.ts`, out: `${name}/index` }));

/** Imports zod as its manual says, which includes all of it. */
const wholeZod: Plugin = {
  name: 'whole-zod',
  setup({ onLoad }) {
    onLoad({ filter: /\/(functions|shared)\/.*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace("import * as z from 'zod'", "import { z } from 'zod'"),
      loader: 'ts',
    }));
  },
};

/**
 * The same handlers bundled by plain esbuild: CommonJS first, which is its default for Node.js, all of zod, not
 * minified, and with the chain of credential providers that a Lambda function never uses.
 */
export async function bundledNaively(names: readonly string[], outdir: string): Promise<void> {
  await build({
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    entryPoints: entryPoints(names),
    outdir,
    plugins: [wholeZod],
    logLevel: 'error',
    logOverride: { 'empty-import-meta': 'silent' },
  });
}

/** `geofences/check` from the path of its output. */
export const nameOf = (output: string): string => output.replace(/^.*?([^/]+\/[^/]+)\/index\.mjs$/, '$1');

/** Bytes by package, largest first: what a bundle is made of. */
export function makeUp({ inputs }: Metafile['outputs'][string]): [string, number][] {
  const bytes = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const name = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path.split('/').slice(0, 2).join('/');
    bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
  }
  return [...bytes].sort(([, a], [, b]) => b - a);
}

const run = promisify(execFile);
/**
 * Node.js loads its own HTTPS lazily, and the naive bundle uses it only at the first request, not at import. Both
 * bundles need it, so it is loaded before the measurement starts.
 */
const script =
  'await import("node:https"); const begin = process.cpuUsage(); await import(process.argv[1]); console.log(process.cpuUsage(begin).user); process.exit();';

/**
 * Processor time, in milliseconds, that a new process needs to import a file; other processes on the machine change it
 * little.
 */
async function importMilliseconds(file: string): Promise<number> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script, file], { env: {} });
  return Number(stdout) / 1000;
}

/**
 * The import time of the first file, as a share of that of the second. It is the lowest ratio of several pairs of runs,
 * since both runs of a pair meet the same load of the machine. No further pair is run once a ratio is at most `wanted`.
 */
export async function importRatio(first: string, second: string, wanted: number, mostPairs: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let pair = 0; pair < mostPairs && least > wanted; pair++) {
    least = Math.min(least, (await importMilliseconds(first)) / (await importMilliseconds(second)));
  }
  return least;
}

/** The shortest import time of each of both files, measured in turns: other processes only add to the times. */
export async function importTimes(first: string, second: string, runs: number): Promise<[number, number]> {
  const [a, b]: [number[], number[]] = [[], []];
  for (let i = 0; i < runs; i++) {
    a.push(await importMilliseconds(first));
    b.push(await importMilliseconds(second));
  }
  return [Math.min(...a), Math.min(...b)];
}

export const outputFile = (outdir: string, name: string, extension: 'mjs' | 'cjs'): string =>
  join(outdir, name, `index.${extension}`);
