/**
 * The CDK app: `cdk` runs it, with the stage in its context. It bundles first, so that a synth always uses the current
 * code.
 */
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import * as routes from '../functions/routes.ts';
import * as workers from '../functions/workers.ts';
import { createApp } from '../lib/app.ts';
import { built } from '../lib/bundle/built.ts';
import { catalogueOf } from '../lib/catalogue.ts';

const catalogue = catalogueOf(routes, workers);
const directory = await built(catalogue);
createApp({ catalogue, code: (name) => Code.fromAsset(join(directory, 'functions', name)) }).synth();
