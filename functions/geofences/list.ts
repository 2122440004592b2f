import * as z from 'zod';
import { type GeofenceFilters, readGeofences } from '../../shared/geofences/reader.ts';
import { Geofence, statuses } from '../../shared/geofences/wire.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { notYet, repeated } from '../../shared/http/schema.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/geofences',
  operationId: 'listGeofences',
  summary: 'List geofences, newest first',
  scope: 'geofences:read',
  uses: { geofences: readGeofences },
  query: listQuery({
    status: z.enum(statuses).optional(),
    tag: repeated(z.string()).meta({ description: 'May repeat; all must match.' }),
    group: z.string().optional().meta({ description: 'Exact `groupName`.' }),
    externalId: z.string().min(1).max(128).optional(),
    bbox: notYet('bbox'),
    near: notYet('near'),
  }),
  success: { 200: listOf(Geofence, 'camelCase') },
  invalid: 400,
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, geofences }) => ({
  status: 200,
  page: await geofences.list(tenant, query satisfies GeofenceFilters, page),
}));
