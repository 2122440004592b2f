/** The CDK app: `cdk` runs it, with the stage in its context. Bundles first, so that a synth is always of today's code. */
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import * as routes from '../functions/routes.ts';
import * as workers from '../functions/workers.ts';
import { createApp } from '../lib/app.ts';
import { bundle } from '../lib/bundle.ts';
import { catalogueOf } from '../lib/catalogue.ts';
import { buildAssets } from '../lib/openapi/assets.ts';

/** Beside the assembly, so that two synths of one checkout at once do not write the same files. */
const outdir = join(process.env.CDK_OUTDIR ?? join(import.meta.dirname, '../cdk.out'), '../dist');
const catalogue = catalogueOf(routes, workers);
await buildAssets(catalogue, join(outdir, 'assets'));
await bundle({ catalogue, outdir });
createApp({ catalogue, code: (name) => Code.fromAsset(join(outdir, 'functions', name)) }).synth();
