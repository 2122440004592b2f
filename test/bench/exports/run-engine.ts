import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FormInclude } from '../../../shared/exports/terms.ts';

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

/** The same of submissions; see `form-engine.ts`. */
export interface UsedForForm {
  readonly status: string;
  readonly rows: number;
  readonly listed: number;
  readonly sizeBytes: number;
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly growthMegabytes: number;
  readonly mostMegabytes: number;
}

const engine = fileURLToPath(new URL('engine.ts', import.meta.url));
const formEngine = fileURLToPath(new URL('form-engine.ts', import.meta.url));
/** Lambda gives the heap of a function with 256 MB these limits. */
const heap = ['--expose-gc', '--max-semi-space-size=12', '--max-old-space-size=230'];

/** Exports this many readings in a process of its own. */
export function runEngine(readings: number): Used {
  const output = execFileSync(process.execPath, [...heap, engine, String(readings)], { encoding: 'utf8' });
  return JSON.parse(output) as Used;
}

/** Lists and exports this many submissions in a process of its own. */
export function runFormEngine(submissions: number, include: FormInclude): UsedForForm {
  const asked = [...heap, formEngine, String(submissions), include];
  return JSON.parse(execFileSync(process.execPath, asked, { encoding: 'utf8' })) as UsedForForm;
}
