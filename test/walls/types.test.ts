/**
 * The route alone determines the types of a handler's input and of its responses. The compiler checks each line, and
 * each expected error must occur: `tsc --noEmit` is the test.
 */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { readGeofences } from '../../shared/geofences/reader.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import type { Tenant } from '../../shared/tenancy/tenant.ts';
import { queryInteger } from '../../shared/wire/schema.ts';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_ extends true>(): void => undefined;

const Thing = z.object({ id: z.string(), size: z.number() });

const base = {
  operationId: 'op',
  summary: 'Do',
  scope: 'geofences:read',
  uses: { geofences: readGeofences },
  problems: [],
} as const;

const full = defineRoute({
  ...base,
  method: 'POST',
  path: '/api/v1/things/{thingId}/parts/{part}',
  query: z.object({ depth: queryInteger({ min: 1, max: 9 }).default(1) }),
  body: z.object({ name: z.string(), tags: z.array(z.string()).default([]) }),
  success: { 200: Thing, 202: null },
});

const inputs = serve(full, async ({ body, query, params, tenant, geofences, ...rest }) => {
  holds<Same<typeof body, { name: string; tags: string[] }>>();
  holds<Same<typeof query, { depth: number }>>();
  holds<Same<keyof typeof params, 'thingId' | 'part'>>();
  holds<Same<typeof tenant, Tenant>>();
  holds<Same<Parameters<typeof geofences.get>, [tenant: Tenant, id: string]>>();
  // @ts-expect-error the route uses no keys
  rest.keys;
  // @ts-expect-error the body has no such field
  body.size;
  // @ts-expect-error the path has no such segment
  params.id;
  return { status: 200, body: { id: params.thingId, size: query.depth } };
});

const eitherAnswer = serve(full, async ({ body }) =>
  body.name === '' ? { status: 202 } : { status: 200, body: { id: '1', size: 2 } },
);

// @ts-expect-error 201 is not declared
const otherStatus = serve(full, async () => ({ status: 201, body: { id: '1', size: 2 } }));

// @ts-expect-error `size` is lacking
const lackingField = serve(full, async () => ({ status: 200, body: { id: '1' } }));

// @ts-expect-error `size` is a number
const wrongField = serve(full, async () => ({ status: 200, body: { id: '1', size: '2' } }));

const open = defineRoute({ ...base, scope: 'public', method: 'GET', path: '/open', success: { 204: null } });

const nobody = serve(open, async ({ tenant, caller, body, query }) => {
  holds<Same<typeof tenant, undefined>>();
  holds<Same<typeof caller, undefined>>();
  holds<Same<typeof body, undefined>>();
  holds<Same<typeof query, undefined>>();
  return { status: 204 };
});

const list = defineRoute({
  ...base,
  method: 'GET',
  path: '/list',
  query: listQuery({ colour: z.enum(['red', 'blue']).optional() }),
  success: { 200: listOf(Thing, 'camelCase') },
});

const paged = serve(list, async ({ query, page }) => {
  holds<Same<typeof query.colour, 'red' | 'blue' | undefined>>();
  holds<Same<typeof page.limit, number>>();
  const rows = [{ position: 'p', item: { id: '1', size: 2 } }];
  return { status: 200, page: { rows, more: false, total: 1, totalCapped: false } };
});

// @ts-expect-error an item lacks its size
const pagedWrong = serve(list, async () => ({
  status: 200,
  page: { rows: [{ position: 'p', item: { id: '1' } }], more: false, total: 1, totalCapped: false },
}));

const small = { ...full, maxBodyBytes: 1024 };
const ahead = serve(small, {
  ahead: async ({ body, claim, geofences }) => {
    holds<Same<typeof body.name, string>>();
    // @ts-expect-error a claim is not yet a tenant
    await geofences.get(claim.tenant, 'id');
    return 42;
  },
  handler: async ({ ahead: read }) => {
    holds<Same<typeof read, number>>();
    return { status: 202 };
  },
});

// @ts-expect-error what is read before the credential is known says how small it is
const aheadOfAny = serve(full, { ahead: async () => 42, handler: async () => ({ status: 202 }) });

// @ts-expect-error there is no such scope
defineRoute({ ...base, scope: 'geofences:fly', method: 'GET', path: '/x', success: { 204: null } });

// @ts-expect-error a route says who may call it
defineRoute({
  method: 'GET',
  path: '/x',
  operationId: 'x',
  summary: 'X',
  uses: {},
  success: { 204: null },
  problems: [],
});

// @ts-expect-error there is no such problem
defineRoute({ ...base, problems: ['NO_SUCH'], method: 'GET', path: '/x', success: { 204: null } });

test('a handler needs no annotation and no cast', () => {
  const all = {
    inputs,
    eitherAnswer,
    otherStatus,
    lackingField,
    wrongField,
    nobody,
    paged,
    pagedWrong,
    ahead,
    aheadOfAny,
  };
  for (const handler of Object.values(all)) expect(handler).toBeTypeOf('function');
});
