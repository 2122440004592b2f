import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from '../../../lib/bundle.ts';
import { bundledNaively, importTimes } from '../../walls/bundling.ts';

export interface BundleFigures {
  readonly kilobytes: number;
  /** Processor time of an import, to compare with a naive bundle of the same handler. */
  readonly importMilliseconds: number;
  readonly importRatio: number;
}

/** Size and import time of an endpoint, bundled as it is deployed. */
export async function measureBundle(name: string): Promise<BundleFigures> {
  const directory = mkdtempSync(join(tmpdir(), 'hexfence-bench-'));
  try {
    const entryPoints = [{ in: `functions/${name}.ts`, out: `${name}/index` }];
    const { metafile } = await build({ ...bundleOptions, entryPoints, outdir: join(directory, 'house') });
    await bundledNaively([name], join(directory, 'naive'));
    const [house, naive] = [join(directory, 'house', name, 'index.mjs'), join(directory, 'naive', name, 'index.cjs')];
    const [ours, theirs] = await importTimes(house, naive, 15);
    const bytes = Object.entries(metafile.outputs).find(([path]) => path.endsWith('index.mjs'))?.[1].bytes ?? 0;
    return { kilobytes: bytes / 1000, importMilliseconds: ours, importRatio: ours / theirs };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
