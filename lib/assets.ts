import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalogue } from './catalogue.ts';

/**
 * Makes the files that endpoints serve or read beside their code; a route names those it wants in `assets`. Each must
 * come out byte for byte the same from the same sources, since it is part of a function's bundle.
 */
export async function buildAssets({ endpoints }: Pick<Catalogue, 'endpoints'>, outdir: string): Promise<void> {
  await mkdir(outdir, { recursive: true });
  const routes = endpoints.map(({ route: { method, path } }) => ({ method, path }));
  await writeFile(join(outdir, 'routes.json'), JSON.stringify(routes));
}
