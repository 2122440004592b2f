import { describe, expect, test } from 'vitest';
import { catalogueOf } from '../../../lib/catalogue.ts';
import { namesOf } from '../../../lib/names.ts';
import { defineCapability } from '../../../shared/capability/capability.ts';
import { fakeCatalogue, fakeRoute, fakeRoutes, fakeWorkers, synthesise } from '../fixture.ts';

describe('the catalogue refuses what could not be deployed', () => {
  test('no fallback', () => {
    expect(() => catalogueOf({}, {})).toThrow('functions/routes.ts has no "service/fallback"');
  });

  test('two endpoints on one route, whatever the parameter is called', () => {
    const twin = { 'rings/read': { route: fakeRoute('GET', '/api/v1/geofences/{ring}') } };
    expect(() => catalogueOf({ ...fakeRoutes, ...twin }, fakeWorkers)).toThrow(
      'rings/read and rings/get both serve GET /api/v1/geofences/{}.',
    );
  });

  test('a message to nobody', () => {
    const lost = defineCapability({ sendsTo: ['rings/polish'], open: () => undefined });
    const polish = { 'rings/polish-all': { route: fakeRoute('POST', '/api/v1/geofences/polish', { uses: { lost } }) } };
    expect(() => catalogueOf({ ...fakeRoutes, ...polish }, fakeWorkers)).toThrow(
      'rings/polish-all sends to "rings/polish", which is no queue worker',
    );
  });

  test('the order of lines changes nothing', () => {
    const reversed = Object.fromEntries(Object.entries(fakeRoutes).reverse());
    expect(catalogueOf(reversed, fakeWorkers)).toEqual(fakeCatalogue);
  });

  test('a timeout that API Gateway would not wait for', () => {
    const slow = { 'rings/slow': { route: fakeRoute('GET', '/api/v1/ogc/slow', { timeoutSeconds: 30 }) } };
    expect(() => synthesise(catalogueOf({ ...fakeRoutes, ...slow }, fakeWorkers), { stage: 'local' })).toThrow(
      'rings/slow: timeoutSeconds 30 exceeds 29',
    );
  });

  test('a worker that gives up early', () => {
    const { worker } = fakeWorkers['rings/sweep'];
    const hasty = { worker: { ...worker, source: { ...worker.source, maxReceives: 3 } } };
    expect(() =>
      synthesise(catalogueOf(fakeRoutes, { ...fakeWorkers, 'rings/sweep': hasty }), { stage: 'local' }),
    ).toThrow('rings/sweep: maxReceives 3 is below 5');
  });
});

test('a file name too long for Lambda is refused by name', () => {
  const name = 'desired-state-bindings/recalculate-everything-at-once';
  expect(() => namesOf('local').fn(name)).toThrow(`"${name}" is too long a file name`);
});
