/** Run in a copy of the project: prints what the copy derives from the routes whose names are its arguments. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import * as routes from '../../../functions/routes.ts';
import * as workers from '../../../functions/workers.ts';
import { createApp } from '../../../lib/app.ts';
import { catalogueOf } from '../../../lib/catalogue.ts';
import { renderDocument } from '../../../lib/openapi/document.ts';
import type { Route } from '../../../shared/http/route.ts';
import { matrixRows } from '../../security/rows.ts';

// CDK's own rules could only warn here, and take long.
process.env.CDK_VALIDATION = 'false';
const outdir = mkdtempSync(join(tmpdir(), 'hexfence-synth-'));
// Others would take their time and tell nothing of what was added.
const names = new Set(['service/fallback', ...process.argv.slice(2)]);
const chosen = Object.fromEntries(
  Object.entries<{ readonly route: Route }>(routes).filter(([name]) => names.has(name)),
);
const catalogue = catalogueOf(chosen, workers);
const code = () => Code.fromInline('export const handler = () => {};');
createApp({ catalogue, code, context: { stage: 'local', originVerify: 'secret' }, outdir }).synth();

const templates = readdirSync(outdir).filter((name) => name.endsWith('.template.json'));
const resources = templates.flatMap((name) =>
  Object.values(JSON.parse(readFileSync(join(outdir, name), 'utf8')).Resources),
);
const document = renderDocument(
  catalogue.endpoints.map(({ route }) => route),
  '0.0.0',
);
const rows = matrixRows(chosen).map(({ name, actor, expected }) => ({ name, actor, expected }));

export interface Derived {
  readonly resources: { readonly Type: string; readonly Properties: Record<string, unknown> }[];
  readonly document: {
    readonly paths: Record<string, Record<string, { readonly operationId: string; readonly responses: object }>>;
    readonly components: { readonly schemas: object };
  };
  readonly rows: typeof rows;
}
console.log(JSON.stringify({ resources, document, rows }));
