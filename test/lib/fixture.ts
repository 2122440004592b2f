import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { CloudAssembly, CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import * as z from 'zod';
import * as routes from '../../functions/routes.ts';
import * as workers from '../../functions/workers.ts';
import { createApp } from '../../lib/app.ts';
import { type Catalogue, catalogueOf } from '../../lib/catalogue.ts';
import { stageNames } from '../../lib/config.ts';
import { defineCapability } from '../../shared/capability/capability.ts';
import type { HttpMethod, Route } from '../../shared/http/route.ts';
import { defineMessage } from '../../shared/queue/message.ts';
import { defineWorker } from '../../shared/worker/worker.ts';
import { isThorough } from '../support/thorough.ts';

/** The project's own endpoints and workers. */
export const realCatalogue = catalogueOf(routes, workers);

export function fakeRoute(method: HttpMethod, path: `/${string}`, rest: Partial<Route> = {}): Route {
  const success = { 204: null };
  return { method, path, operationId: 'op', summary: 'Do', scope: 'public', uses: {}, success, problems: [], ...rest };
}

const message = z.object({});
export const sweeping = defineMessage('rings/sweep', message);

const rings = defineCapability({
  tables: { main: ['PutItem', 'GetItem'], cells: ['Query'] },
  sendsTo: [sweeping],
  settings: ['PUBLIC_DOCS'],
  open: () => undefined,
});
const rites = defineCapability({ signs: true, settings: ['TOKEN_KEYS'], open: () => undefined });
const letters = defineCapability({ mails: true, settings: ['MAIL_FROM', 'APP_URL', 'SIGN_UP'], open: () => undefined });
const outbox = defineCapability({ sendsTo: [sweeping], open: () => undefined });

const maps = defineCapability({ geocodes: true, open: () => undefined });

export const fakeRoutes = {
  'service/fallback': { route: fakeRoute('GET', '/$default') },
  'rings/create': {
    route: fakeRoute('POST', '/api/v1/geofences', { uses: { rings }, memoryMegabytes: 1024, timeoutSeconds: 29 }),
  },
  'rings/get': { route: fakeRoute('GET', '/api/v1/geofences/{id}', { uses: { rings } }) },
  'cameras/list': { route: fakeRoute('GET', '/api/v1/cameras') },
  'rings/vow': { route: fakeRoute('POST', '/api/v1/auth/vow', { uses: { rites, letters } }) },
  'service/jwks': { route: fakeRoute('GET', '/.well-known/jwks.json') },
};
export const fakeWorkers = {
  'rings/sweep': {
    worker: defineWorker({
      summary: 'Sweep',
      source: { kind: 'queue', delaySeconds: 15, maxReceives: 7, batchSize: 5, maxConcurrency: 4 },
      message: sweeping,
      uses: { rings, maps },
      timeoutSeconds: 20,
      impact: 'Old rings keep matching.',
    }),
  },
  'outbox/relay': {
    worker: defineWorker({
      summary: 'Relay',
      source: {
        kind: 'stream',
        table: 'main',
        partitionSuffix: '#outbox',
        inLine: 'of',
        setAsideFor: sweeping as never,
      },
      message,
      uses: { outbox },
      impact: 'Nothing follows from a change.',
    }),
  },
  'rings/polish': {
    worker: defineWorker({
      summary: 'Polish',
      source: { kind: 'schedule', everyMinutes: 5 },
      uses: { outbox },
      impact: 'Rings grow dull and nobody sees it.',
    }),
  },
  'broker/find-address': {
    worker: defineWorker({ summary: 'Find', source: { kind: 'deployment' }, message, uses: {} }),
  },
  'tokens/publish-keys': {
    worker: defineWorker({ summary: 'Publish', source: { kind: 'deployment' }, message, uses: {} }),
  },
};

/**
 * Few and fixed, with both areas and every kind of worker, so that a summary of it changes only when a construct does.
 */
export const fakeCatalogue = catalogueOf(fakeRoutes, fakeWorkers);

const kept: Record<string, unknown> = JSON.parse(readFileSync('cdk.json', 'utf8')).context;

/** The app as `cdk` builds it, with code that needs no bundling. */
export function appOf(catalogue: Catalogue, context: Readonly<Record<string, string>>): App {
  const code = Code.fromInline('export const handler = 0');
  const outdir = mkdtempSync(join(tmpdir(), 'hexfence-synth-'));
  return createApp({ catalogue, code: () => code, context: { ...kept, ...context }, outdir });
}

export interface Resource {
  readonly id: string;
  readonly stack: string;
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates are looked into at every depth
  readonly Properties: any;
  readonly DeletionPolicy?: string;
}

export interface Synthesised {
  /** Stacks with their regions, and with the stacks that are deployed before them. */
  readonly artifacts: readonly CloudFormationStackArtifact[];
  readonly stacks: readonly string[];
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly parameters: Readonly<Record<string, { readonly Type: string; readonly Default?: string }>>;
  /** Resources of one type, such as `SQS::Queue`. */
  of(type: string): readonly Resource[];
}

const known = new Map<Catalogue, Map<string, Synthesised>>();

/**
 * Synthesises, including cdk-nag and the limits: a complaint throws. The same app is synthesised once for a test file.
 */
export function synthesise(catalogue: Catalogue, context: Readonly<Record<string, string>>): Synthesised {
  const ofCatalogue = known.get(catalogue) ?? new Map<string, Synthesised>();
  known.set(catalogue, ofCatalogue);
  const key = JSON.stringify(context);
  const template = ofCatalogue.get(key) ?? synthesiseAnew(catalogue, context);
  ofCatalogue.set(key, template);
  return template;
}

function synthesiseAnew(catalogue: Catalogue, context: Readonly<Record<string, string>>): Synthesised {
  const { stacks } = synthOf(appOf(catalogue, context));
  const resources = stacks.flatMap(({ stackName, template }) =>
    Object.entries<Omit<Resource, 'id' | 'stack'>>(template.Resources ?? {}).map(([id, resource]) => ({
      ...resource,
      id,
      stack: stackName,
    })),
  );
  return {
    artifacts: stacks,
    stacks: stacks.map(({ stackName }) => stackName),
    resources,
    outputs: Object.assign({}, ...stacks.map(({ template }) => template.Outputs)),
    parameters: Object.assign({}, ...stacks.map(({ template }) => template.Parameters)),
    of: (type) => resources.filter((resource) => resource.Type === `AWS::${type}`),
  };
}

/**
 * Synthesises with cdk-nag. CDK's own rules about CloudFormation take four fifths of the time: `npm run check` applies
 * them to the stage prod (`cdk synth`), and the project `thorough` to every template.
 */
export function synthOf(app: App): CloudAssembly {
  const before = process.env.CDK_VALIDATION;
  process.env.CDK_VALIDATION = String(isThorough());
  try {
    return app.synth();
  } finally {
    if (before === undefined) delete process.env.CDK_VALIDATION;
    else process.env.CDK_VALIDATION = before;
  }
}

/** All stages of the project's own catalogue. */
export const stages = stageNames;
export const realStage = (stage: string): Synthesised => synthesise(realCatalogue, { stage });
