import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What an export of many readings has used; see `engine.ts`. */
export interface Used {
  readonly status: string;
  readonly rows: number;
  readonly sizeBytes: number;
  readonly runs: number;
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly unreadAtFirstPart: number;
  readonly growthMegabytes: number;
  readonly mostMegabytes: number;
}

const engine = fileURLToPath(new URL('engine.ts', import.meta.url));
/** Lambda gives the heap of a function with 256 MB these limits. */
const heap = ['--expose-gc', '--max-semi-space-size=12', '--max-old-space-size=230'];

/** Exports so many readings in a process of its own. */
export function runEngine(readings: number): Used {
  const told = execFileSync(process.execPath, [...heap, engine, String(readings)], { encoding: 'utf8' });
  return JSON.parse(told) as Used;
}
