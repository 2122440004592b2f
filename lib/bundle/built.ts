import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import { bundle } from '../bundle.ts';
import type { Catalogue } from '../catalogue.ts';
import { buildAssets } from '../openapi/assets.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(root, 'dist');

/** The sources of bundles and assets. */
const sources = ['functions', 'shared', 'lib', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** Number of builds that are kept, of different states of the sources: a synth may still be reading an older build. */
const mostKept = 3;

function filesOf(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function digestOfSources(): string {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((source) => filesOf(join(root, source))).sort()) {
    hash
      .update(`${relative(root, file)}\n`)
      .update(readFileSync(file))
      .update('\n');
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * Builds the bundles of all functions and their assets, once for each state of the sources. Every synth and every test
 * finds the same build under `dist/`.
 *
 * @returns a directory with `functions/<name>/index.mjs`, `assets/`, `maps/<name>.mjs.map` and `meta.json`
 */
export async function built(catalogue: Catalogue): Promise<string> {
  const directory = join(dist, digestOfSources());
  if (!isBuilt(directory)) await build(catalogue, directory);
  utimesSync(directory, new Date(), new Date());
  await dropOld();
  return directory;
}

/** How esbuild composed the bundles of a build. */
export const readMetafile = async (directory: string): Promise<Metafile> =>
  JSON.parse(await readFile(join(directory, 'meta.json'), 'utf8'));

const isBuilt = (directory: string): boolean => statSync(directory, { throwIfNoEntry: false }) !== undefined;

/** Builds in another directory and then moves it, so that a build is always found complete. */
async function build(catalogue: Catalogue, directory: string): Promise<void> {
  const outdir = `${directory}.${process.pid}`;
  try {
    await buildAssets(catalogue, join(outdir, 'assets'));
    await bundle({ catalogue, outdir });
    await rename(outdir, directory).catch((error: NodeJS.ErrnoException) => {
      // Another process has built the same bytes first.
      if (!isBuilt(directory)) throw error;
    });
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

async function dropOld(): Promise<void> {
  const names = (await readdir(dist)).filter((name) => /^[0-9a-f]{16}$/.test(name));
  const age = (name: string) => -(statSync(join(dist, name), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  const old = names.sort((a, b) => age(a) - age(b)).slice(mostKept);
  for (const name of old) await rm(join(dist, name), { recursive: true, force: true });
}
