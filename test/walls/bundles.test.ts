import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as routes from '../../functions/routes.ts';
import * as workers from '../../functions/workers.ts';
import { built, readMetafile } from '../../lib/bundle/built.ts';
import { catalogueOf } from '../../lib/catalogue.ts';
import { bundledNaively, importRatio, makeUp, nameOf, outputFile } from './bundling.ts';

/** The size of each function's code, which determines its cold start. */

const names = [...Object.keys(routes), ...Object.keys(workers)];

/** Bytes by name; all others have `plain`. */
const budgets: Readonly<Record<string, number>> = {
  // With h3-js (209 kB).
  'geofences/cells': 415_000,
  // It covers and packs geometry, and writes.
  'geofences/create': 240_000,
  'geofences/patch': 240_000,
  'geofences/replace': 240_000,
  'geofences/update': 240_000,
  'geofences/delete': 230_000,
  'geofences/delete-by-query': 230_000,
  'geofences/sync-plan-create': 230_000,
  'geofences/list': 217_000,
  // They read geometry and run devices through it.
  'geofences/explain': 233_000,
  'geofences/simulate': 242_000,
  // They run devices through geofences, and write what comes of it.
  'devices/report-locations': 272_000,
  'devices/ingest-points': 246_000,
  'devices/take-locations': 246_000,
  // It creates sensors with their first reading.
  'readings/report': 231_000,
  // It aggregates what the routes for one sensor do.
  'readings/batch': 212_000,
  // It takes points and readings again that were refused.
  'quarantine/run-replay': 278_000,
  // They convert fences to features, circles to polygons that are cut at ±180, and read devices and submissions.
  'ogc/get-item': 242_000,
  'ogc/list-items': 270_000,
  // They read certificate requests (110 kB).
  'devices/provision': 337_000,
  'devices/rotate-certificate': 332_000,
  'devices/take-events': 330_000,
  // They tell whether patterns are RE2 (150 kB).
  'device-profiles/create': 360_000,
  'sensor-profiles/create': 360_000,
  // They have clients of the SDK, and no request waits for them.
  'exports/remove-files': 375_000,
  'exports/run': 520_000,
  // They compile patterns without backtracking (re2js, 130 kB).
  'forms/create': 360_000,
  'forms/publish': 360_000,
  'forms/update': 360_000,
  // These also look for the geofences near a point.
  'headless/submit': 404_000,
  'submissions/create': 404_000,
  'submissions/create-bulk': 405_000,
  // They read schemas of forms, and compile their patterns with them.
  'media/begin-upload': 400_000,
  'media/complete-upload': 400_000,
  'media/tend': 320_000,
  // It also parses forms (27 kB).
  'media/upload': 420_000,
  // It has clients of the SDK, and no request waits for it.
  'mail/send': 340_000,
  // They send mails too.
  'geofences/run-actions': 375_000,
  'notification-channels/test': 402_000,
  'geocoding/geocode': 305_000,
  // They call targets, with the client of undici.
  'webhooks/attempt': 640_000,
  'webhooks/attempt-slow': 640_000,
  'webhooks/test': 660_000,
  // They read addresses (13 kB).
  'forms/create-webhook': 221_000,
  'webhooks/create': 219_000,
  'webhooks/patch': 221_000,
  // It has the list of common passwords (39 kB).
  'auth/accept-invitation': 235_000,
  'auth/change-password': 225_000,
  'auth/confirm-password-reset': 225_000,
  'auth/sign-up': 240_000,
  'users/create': 230_000,
  // They check regular expressions (150 kB) and schedules (33 kB).
  'workflows/create': 411_000,
  'workflows/patch': 411_000,
  // They set the timers of schedules (33 kB).
  'workflows/activate': 243_000,
  'workflows/deactivate': 226_000,
  'workflows/restore': 242_000,
  // It checks conditions with regular expressions, calls, mails, notifies and writes geofences; nobody waits for it.
  'workflows/run': 1_075_000,
  'workflows/test': 344_000,
};
const plain = 210_000;

const naive = mkdtempSync(join(tmpdir(), 'hexfence-bundles-'));
let house: string;
let outputs: Map<string, Metafile['outputs'][string]>;

beforeAll(async () => {
  house = await built(catalogueOf(routes, workers));
  const { outputs: all } = await readMetafile(house);
  outputs = new Map(Object.entries(all).map(([path, output]) => [nameOf(path), output]));
}, 180_000);
afterAll(() => rmSync(naive, { recursive: true, force: true }));

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

function culprits(name: string): string {
  const largest = makeUp(outputs.get(name)!).slice(0, 12);
  return largest.map(([part, bytes]) => `  ${kilobytes(bytes).padStart(10)}  ${part}`).join('\n');
}

describe.each(names)('%s', (name) => {
  const budget = budgets[name] ?? plain;

  test(`weighs at most ${budget} bytes`, () => {
    const { bytes } = outputs.get(name)!;
    expect(bytes, `${name} is ${kilobytes(bytes)}. It holds:\n${culprits(name)}`).toBeLessThanOrEqual(budget);
  });

  test('holds nothing that a function does not need', () => {
    const parts = makeUp(outputs.get(name)!).map(([part]) => part);
    const unwanted =
      /^(aws-cdk|constructs|esbuild|typescript|lib\/|test\/|@aws-sdk\/credential-provider-(sso|ini|process|web|login))/;
    expect(parts.filter((part) => unwanted.test(part) && !part.startsWith('lib/bundle'))).toEqual([]);
    if (name !== 'geofences/cells') expect(parts, `${name} holds h3-js`).not.toContain('h3-js');
  });
});

test('every named budget is of an endpoint or worker that there is', () => {
  expect(Object.keys(budgets).filter((name) => !names.includes(name))).toEqual([]);
});

const mostOfNaive = 0.5;

test.each(['geofences/check', 'geofences/get'])(
  `%s is imported in at most ${mostOfNaive} of the time of the same handler bundled naively`,
  { timeout: 120_000 },
  async (name) => {
    await bundledNaively([name], naive);
    const files = [outputFile(join(house, 'functions'), name, 'mjs'), outputFile(naive, name, 'cjs')] as const;
    expect(await importRatio(...files, mostOfNaive, 40)).toBeLessThanOrEqual(mostOfNaive);
  },
);
