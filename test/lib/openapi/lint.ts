import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

/** What Redocly has to say about a document, one sentence a complaint; warnings too. */
export async function lint(document: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'hexfence-openapi-'));
  const file = join(folder, 'openapi.json');
  await writeFile(file, document);
  const args = ['lint', file, '--config', join(root, 'lib/openapi/redocly.yaml'), '--format=json'];
  const output = await new Promise<string>((resolve) => {
    const command = createRequire(import.meta.url).resolve('@redocly/cli/bin/cli.js');
    execFile(process.execPath, [command, ...args], { env: { ...process.env, ...quiet } }, (_, out, errors) =>
      resolve(out || errors),
    );
  });
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
