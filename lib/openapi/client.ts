import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { redocly } from './redocly.ts';

/** Writes a TypeScript client of an OpenAPI document to `hexfence.ts` in a folder, the document beside it. */
export async function generateClient(document: string, folder: string): Promise<void> {
  const source = join(folder, 'openapi.json');
  await mkdir(folder, { recursive: true });
  await writeFile(source, document);
  // Node.js runs what comes out as it is, hence the imports by whole name.
  const { code, output } = await redocly(
    'generate-client',
    source,
    `--output=${join(folder, 'hexfence.ts')}`,
    '--import-ext=ts',
  );
  if (code !== 0) throw new Error(`No client could be generated: ${output}`);
}
