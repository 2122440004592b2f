import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { redocly } from '../../../lib/openapi/redocly.ts';

/** The complaints of Redocly about a document, one sentence each, warnings included. */
export async function lint(document: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'hexfence-openapi-'));
  const file = join(folder, 'openapi.json');
  await writeFile(file, document);
  const config = fileURLToPath(new URL('../../../lib/openapi/redocly.yaml', import.meta.url));
  const { output } = await redocly('lint', file, '--config', config, '--format=json');
  await rm(folder, { recursive: true });
  const { problems } = JSON.parse(output) as Report;
  return problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer})`);
}

interface Report {
  readonly problems: readonly {
    readonly ruleId: string;
    readonly message: string;
    readonly location: readonly { readonly pointer?: string }[];
  }[];
}
