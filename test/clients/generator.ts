import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './programs.ts';

/** openapi-generator from Maven Central, stored in `.local/clients`. */

const version = '7.25.0';
const sha256 = '41ce4f6b07f196676439d710759fa1ced7a08066d06ff1bf314681470289efae';
const address = `https://repo1.maven.org/maven2/org/openapitools/openapi-generator-cli/${version}/openapi-generator-cli-${version}.jar`;

export const folder = fileURLToPath(new URL('../../.local/clients', import.meta.url));
const jar = join(folder, `openapi-generator-cli-${version}.jar`);

const isRight = (content: Buffer): boolean => createHash('sha256').update(content).digest('hex') === sha256;

/** Downloads the generator if it is missing or incomplete. */
export async function installGenerator(): Promise<void> {
  if (existsSync(jar) && isRight(await readFile(jar))) return;
  const answer = await fetch(address).catch((cause: unknown) => {
    throw new Error('Maven Central did not answer: connect to the network and run "npm test" again.', { cause });
  });
  const content = Buffer.from(await answer.arrayBuffer());
  if (!isRight(content)) throw new Error(`${address} is not the generator that the project knows (${answer.status}).`);
  await mkdir(folder, { recursive: true });
  // The file gets its name only when it is complete, since a run may be interrupted.
  await writeFile(`${jar}.part`, content);
  await rename(`${jar}.part`, jar);
}

/** Generates the client of each generator, each into the folder of its name inside `into`, in one process. */
export async function generate(document: string, generators: readonly string[], into: string): Promise<void> {
  const configurations = generators.map(async (generatorName) => {
    const file = join(into, `${generatorName}.json`);
    const outputDir = join(into, generatorName);
    await writeFile(file, JSON.stringify({ generatorName, inputSpec: document, outputDir }));
    return file;
  });
  const { code, output } = await run(
    'java',
    ['-jar', jar, 'batch', '-r', '2', ...(await Promise.all(configurations))],
    into,
  );
  if (code !== 0) throw new Error(`openapi-generator refuses the document:\n${output.slice(-4000)}`);
}
