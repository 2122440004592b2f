import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  LocationClient,
  SearchPlaceIndexForTextCommand,
  type SearchPlaceIndexForTextCommandInput,
} from '@aws-sdk/client-location';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import * as routes from '../../functions/routes.ts';
import * as workers from '../../functions/workers.ts';
import { catalogueOf } from '../../lib/catalogue.ts';
import { search } from '../../lib/local/location/search.ts';
import { buildAssets } from '../../lib/openapi/assets.ts';
import { answerTargetsWith } from '../../shared/outbound/connector.ts';
import { resolveWith } from '../../shared/outbound/resolve.ts';
import { DynamoDbFake } from '../support/dynamodb-fake.ts';
import { requireDatabaseGrant, requireGrant } from '../support/grants.ts';
import { IotFake } from '../support/iot-fake.ts';
import { KmsFake } from '../support/kms-fake.ts';
import { S3Fake } from '../support/s3-fake.ts';
import { Queues, queueEnvironment } from './queues.ts';

/**
 * The whole platform in this process: every endpoint and every worker, with exactly the rights that it declares, on a
 * database, a key, queues, a bucket, a place index and mails in memory. Each test file has its own database.
 */

const tokenKey = 'arn:aws:kms:::key/t1';

function tokenEnvironment(): Record<string, string> {
  const kms = new KmsFake();
  kms.create(tokenKey);
  kms.authorize = () => requireGrant('sign', ({ signs }) => signs === true);
  kms.authorizeSecrets = (operation) =>
    requireGrant(`${operation} at the key of secrets`, ({ secrets }) =>
      operation === 'Decrypt' ? secrets !== undefined : secrets === 'seal',
    );
  const jwk = kms.publicKey(tokenKey).export({ format: 'jwk' });
  return {
    TOKEN_KEYS: JSON.stringify({ keys: [{ ...jwk, kid: 't1', alg: 'ES256', use: 'sig' }] }),
    TOKEN_SIGNER: JSON.stringify({ kid: 't1', key: tokenKey }),
    TOKEN_ISSUER: 'urn:hexfence:test',
    SECRETS_KEY: 'arn:aws:kms:::key/secrets',
  };
}

/** The secret that marks a request that came through the front door. */
export const originVerify = 'front-door-of-this-process';

/** The environment variables that a deployment sets for its functions. */
const environment: Readonly<Record<string, string>> = {
  ...tokenEnvironment(),
  ...queueEnvironment(),
  ORIGIN_VERIFY: originVerify,
  PUBLIC_DOCS: 'true',
  SIGN_UP: 'true',
  MAIL_FROM: 'Hexfence <no-reply@example.com>',
  PLACE_INDEX: 'hexfence-test-places',
  GEOCODES_PER_SECOND: '500',
  BROKER_ADDRESS: 'broker.example.com',
  DEVICE_POLICY: 'hexfence-test-device',
  LOG_LEVEL: 'SILENT',
};

function answerSearches(): void {
  mockClient(LocationClient)
    .on(SearchPlaceIndexForTextCommand)
    .callsFake(async (asked: SearchPlaceIndexForTextCommandInput) => {
      requireGrant('look up addresses', ({ geocodes }) => geocodes === true);
      const near = asked.BiasPosition as [number, number] | undefined;
      return {
        Results: search({ text: asked.Text!, near, countries: asked.FilterCountries, limit: asked.MaxResults! }),
      };
    });
}

function takeMails(): void {
  mockClient(SESv2Client)
    .on(SendEmailCommand)
    .callsFake(async () => {
      requireGrant('send mails', ({ mails }) => mails === true);
      return { MessageId: 'sent' };
    });
}

/**
 * The names of the examples have public addresses, at which a target answers everything with `ok`, or refuses everything
 * if its name says so.
 */
export function answerTargets(): void {
  resolveWith(async (host) => (host.endsWith('.invalid') ? [] : ['93.184.215.14']));
  answerTargetsWith(async ({ host }) => {
    const status = host.startsWith('refusing.') ? 400 : 200;
    return { status, body: 'ok', retryAfter: undefined };
  });
}

class Platform {
  readonly queues = new Queues();
  readonly broker = new IotFake();
  readonly store = new S3Fake();
  database = new DynamoDbFake();

  constructor() {
    Object.assign(process.env, environment);
    answerSearches();
    takeMails();
    this.store.authorize = (prefix, right) =>
      requireGrant(`${right} files of ${prefix}`, ({ files }) => files?.[prefix]?.includes(right) ?? false);
    answerTargets();
    this.broker.authorize = (anyOf) =>
      requireGrant(`${anyOf.join(' or ')} at the broker`, ({ broker = [] }) =>
        broker.some((right) => anyOf.includes(right)),
      );
  }

  /** Resets the state for the next test file. */
  startAfresh(): void {
    this.database = new DynamoDbFake();
    this.database.authorize = requireDatabaseGrant;
  }
}

/** Created once for each process, and reused by one test file after the other. */
export const platform = new Platform();

let built: Promise<string> | undefined;

/** The folder of the files that a deployment puts beside the bundles of its functions. */
async function builtAssets(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'hexfence-assets-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  await buildAssets(catalogueOf(routes, workers), directory);
  return directory;
}

/** Replaces `asset` of `shared/http/assets.ts`, which reads files beside a bundle. */
export async function asset(name: string): Promise<Buffer> {
  built ??= builtAssets();
  return await readFile(join(await built, name));
}
