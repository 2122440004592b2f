import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { catalogueOf } from '../../../lib/catalogue.ts';
import { namesOf } from '../../../lib/names.ts';
import { defineCapability } from '../../../shared/capability/capability.ts';
import { defineMessage } from '../../../shared/queue/message.ts';
import { fakeCatalogue, fakeRoute, fakeRoutes, fakeWorkers, sweeping, synthesise } from '../fixture.ts';

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
    const polishing = [defineMessage('rings/polish', z.object({}))];
    for (const way of ['sendsTo', 'handsTo', 'defersTo']) {
      const lost = defineCapability({ [way]: polishing, open: () => undefined });
      const route = fakeRoute('POST', '/api/v1/geofences/polish', { uses: { lost } });
      expect(() => catalogueOf({ ...fakeRoutes, 'rings/polish-all': { route } }, fakeWorkers), way).toThrow(
        'rings/polish-all sends to "rings/polish", which is no queue worker',
      );
    }
  });

  test('a worker that takes the messages of another', () => {
    const { worker } = fakeWorkers['rings/sweep'];
    expect(() => catalogueOf(fakeRoutes, { ...fakeWorkers, 'rings/mop': { worker } })).toThrow(
      'rings/mop takes the messages of "rings/sweep".',
    );
  });

  test('no relay: it may send to all whom capabilities declare by its way, and to nobody else', () => {
    const sends = (handsTo: boolean) => {
      const maker = defineCapability({ ...(handsTo ? { handsTo: [sweeping] } : {}), open: () => undefined });
      const relay = defineCapability({ relays: 'handsTo', open: () => undefined });
      const later = defineCapability({ relays: 'defersTo', open: () => undefined });
      const { worker } = fakeWorkers['rings/polish'];
      const { workers } = catalogueOf(
        { ...fakeRoutes, 'rings/make': { route: fakeRoute('POST', '/api/v1/geofences/make', { uses: { maker } }) } },
        { ...fakeWorkers, 'rings/polish': { worker: { ...worker, uses: { relay, later } } } },
      );
      const uses = workers.find(({ name }) => name === 'rings/polish')?.worker.uses;
      return [uses?.relay?.sendsTo, uses?.later?.sendsTo];
    };
    expect(sends(true)).toEqual([[sweeping], []]);
    expect(sends(false)).toEqual([[], []]);
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
