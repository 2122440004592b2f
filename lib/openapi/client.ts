import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { redocly } from './redocly.ts';

/**
 * Generates a TypeScript client from an OpenAPI document. Writes it to `hexfence.ts` in a folder, together with the
 * document.
 */
export async function generateClient(document: string, folder: string): Promise<void> {
  const source = join(folder, 'openapi.json');
  await mkdir(folder, { recursive: true });
  await writeFile(source, document);
  // Node.js runs the result without compilation, so imports need full file names.
  const { code, output } = await redocly(
    'generate-client',
    source,
    `--output=${join(folder, 'hexfence.ts')}`,
    '--import-ext=ts',
  );
  if (code !== 0) throw new Error(`No client could be generated: ${output}`);
}
