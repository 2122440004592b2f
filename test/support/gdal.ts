import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { python as program } from './python.ts';

/** GDAL, installed with pyogrio in the project's own venv; see `test/requirements.txt`. */

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export interface GdalRead {
  readonly where?: string;
  readonly bbox?: readonly number[];
}

export interface GdalAnswer {
  readonly count?: number;
  readonly distinct?: number;
  /** The names of up to 100 features. */
  readonly names?: readonly string[];
  /** The values of the first three features, by field. */
  readonly first?: Readonly<Record<string, readonly unknown[]>>;
  readonly error?: string;
  /** The pages of items that were requested. */
  readonly requests: readonly string[];
}

export interface GdalReport {
  readonly gdal: string;
  readonly info: {
    readonly features?: number;
    readonly bounds?: readonly number[];
    readonly crs?: string;
    readonly types?: Readonly<Record<string, string>>;
    readonly error?: string;
  };
  readonly reads: readonly GdalAnswer[];
}

/** Reads a collection with GDAL's driver at its default settings, once for each filter. */
export async function readByGdal(
  url: string,
  key: string,
  layer: string,
  reads: readonly GdalRead[],
): Promise<GdalReport> {
  const python = spawn(program, [file('gdal.py')], { stdio: ['pipe', 'pipe', 'pipe'] });
  let [answer, log] = ['', ''];
  python.stdout.on('data', (chunk) => {
    answer += chunk;
  });
  python.stderr.on('data', (chunk) => {
    log += chunk;
  });
  python.stdin.end(JSON.stringify({ url, key, layer, reads }));
  const code = await new Promise((resolve) => python.on('close', resolve));
  if (code !== 0) throw new Error(`Python ended with ${code}: ${log.slice(-2000)}`);
  const report = JSON.parse(answer) as GdalReport;
  const requests = log.split('READ ').slice(1).map(itemsRequests);
  return { ...report, reads: report.reads.map((read, i) => ({ ...read, requests: requests[i] ?? [] })) };
}

const itemsRequests = (log: string): string[] =>
  [...log.split('INFO\n')[0]!.matchAll(/HTTP: Fetch\(\S*\/items(\/[^?)]+|\?[^)]*)/g)].map(([, path = '']) => path);
