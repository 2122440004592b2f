import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { DocsRelease } from '../../shared/docs/release.ts';
import { knownRoutes, routesFile } from '../../shared/http/known-routes.ts';
import type { Route } from '../../shared/http/route.ts';
import type { Catalogue } from '../catalogue.ts';
import { renderDocument } from './document.ts';
import { errorIndex, errorPages } from './error-pages.ts';
import { eventSamples } from './event-samples.ts';
import { featuresDocument } from './features.ts';
import { docsPage, startScript, styleSheet } from './page.ts';

const packageRoot = fileURLToPath(new URL('../..', import.meta.url));
const scalarPath = 'node_modules/@scalar/api-reference/dist/browser/standalone.js';

const types = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8' } as const;

/** A file of the docs page, with the name under which it is published. */
interface Published {
  readonly asset: `${string}.${keyof typeof types}`;
  readonly name: string;
  readonly content: string | Buffer;
}

function publish(asset: Published['asset'], content: string | Buffer): Published {
  const [stem, extension] = asset.split('.');
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return { asset, content, name: `${stem}-${hash}.${extension}` };
}

/** Gives the same bytes on every system, because the header contains no file name. */
function gzip(content: string | Buffer): Buffer {
  const packed = gzipSync(content, { level: 9 });
  packed[9] = 255;
  return packed;
}

async function packageVersion(): Promise<string> {
  return JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')).version;
}

function releaseOf(version: string, files: readonly Published[]): DocsRelease {
  const entries = files.map(({ asset, name }) => {
    const contentType = types[asset.endsWith('.css') ? 'css' : 'js'];
    return [name, { asset, contentType }] as const;
  });
  return { version, files: Object.fromEntries(entries) };
}

/**
 * A file for each first segment with ids in its paths, with all routes of that segment. Functions use it to distinguish
 * ids from words.
 */
function routeFiles(routes: readonly Route[]): Record<string, string> {
  const byFile = [...Map.groupBy(routes, ({ path }) => routesFile(path))];
  const withIds = byFile.filter(([, own]) => own.some(({ path }) => path.includes('{')));
  return Object.fromEntries(withIds.map(([file, own]) => [file, JSON.stringify(knownRoutes(own))]));
}

/**
 * Builds the files that endpoints serve (`assets` of their routes): the OpenAPI document, the table of routes and the
 * pages of the documentation. The same routes always give the same bytes.
 */
export async function buildAssets({ endpoints }: Pick<Catalogue, 'endpoints'>, outdir: string): Promise<void> {
  const routes = endpoints.map(({ route }) => route);
  const version = await packageVersion();
  const scalar = publish('scalar.js', await readFile(join(packageRoot, scalarPath)));
  const start = publish('start.js', startScript);
  const style = publish('docs.css', styleSheet);
  const rendered = renderDocument(routes, version);
  const document = JSON.stringify(rendered);
  const page = docsPage({ scalar: scalar.name, start: start.name, style: style.name });
  const files: Record<string, string | Buffer> = {
    'routes.json': JSON.stringify(knownRoutes(routes)),
    ...routeFiles(routes),
    'openapi.json': document,
    'openapi.json.gz': gzip(document),
    'ogc-api.json.gz': gzip(JSON.stringify(featuresDocument(routes, version))),
    'docs.html': page,
    'docs.html.gz': gzip(page),
    'docs.json': JSON.stringify(releaseOf(version, [scalar, start, style])),
    'event-samples.json': JSON.stringify(eventSamples(rendered)),
    'error-pages.json': JSON.stringify(errorPages(style.name)),
    'errors.html.gz': gzip(errorIndex(style.name)),
    ...Object.fromEntries([scalar, start, style].map(({ asset, content }) => [`${asset}.gz`, gzip(content)])),
  };
  await mkdir(outdir, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(outdir, name), content);
}
