import { deviceGroups } from '../../shared/topology/device-groups.ts';
import { sites } from '../../shared/topology/sites.ts';
import { type Call, row, text } from './call.ts';
import { entityCalls } from './entity-calls.ts';

/** Calls of sites and device groups, in addition to those of every plain resource. */

const refused = (title: string, body: object, type: string, ...loc: (string | number)[]): Call =>
  row(title, { body: { name: 'N', ...body } }, [422, 'VALIDATION_ERROR'], {
    body: { detail: [{ type, loc: ['body', ...loc], msg: text }] },
  });

export const topologyCalls: Readonly<Record<string, readonly Call[]>> = {
  ...entityCalls('sites', sites, {
    create: [
      refused('a name of 121', { name: 'n'.repeat(121) }, 'too_long', 'name'),
      refused('an address of 501', { address: 'a'.repeat(501) }, 'too_long', 'address'),
      refused('a latitude of 91', { latitude: 91 }, 'too_large', 'latitude'),
      refused('a zone that there is not', { timezone: 'Europe/Atlantis' }, 'format', 'timezone'),
      refused('metadata above 16 KB', { metadata: { a: 'x'.repeat(16 * 1024) } }, 'too_long', 'metadata'),
    ],
  }),
  ...entityCalls('device-groups', deviceGroups, {
    create: [
      refused('a query without a condition', { query: {} }, 'missing', 'query'),
      refused('a query of nulls', { query: { siteId: null, kind: null } }, 'missing', 'query'),
      refused(
        'a condition that there is not',
        { query: { kind: 'camera', color: 'red' } },
        'unknown_field',
        'query',
        'color',
      ),
      refused('a kind that there is not', { query: { kind: 'tractor' } }, 'enum', 'query', 'kind'),
      refused('no tag at all of', { query: { tagsAny: [] } }, 'too_short', 'query', 'tagsAny'),
      refused('1001 devices', { deviceIds: Array.from({ length: 1001 }, () => 'x') }, 'too_long', 'deviceIds'),
    ],
    patch: [
      row(
        'a query in place of another',
        async (world) => {
          const { body } = await world.call('device-groups/create', {
            body: { name: `Cameras ${Date.now()}`, query: { tagsAll: ['a'], tagsAny: ['b'] } },
          });
          return { params: { id: body.id }, body: { query: { kind: 'camera' } } };
        },
        200,
        {
          body: {
            query: { tagsAll: null, tagsAny: null, siteId: null, deviceProfileId: null, kind: 'camera' },
            version: 2,
          },
        },
      ),
    ],
  }),
};
