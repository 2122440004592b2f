import * as z from 'zod';
import type { GeofenceFilters } from '../../shared/geofences/filters.ts';
import { findGeofences } from '../../shared/geofences/finder.ts';
import { bboxQuery, nearQuery } from '../../shared/geofences/place-query.ts';
import { statuses } from '../../shared/geofences/terms.ts';
import { Geofence } from '../../shared/geofences/wire.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { repeated } from '../../shared/wire/schema.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/geofences',
  operationId: 'listGeofences',
  summary: 'List geofences, newest first',
  description: 'A geofence must match all filters. With `near`, the nearest geofences come first.',
  scope: 'geofences:read',
  uses: { geofences: findGeofences },
  query: listQuery({
    status: z.enum(statuses).optional(),
    tag: repeated(z.string(), 20).meta({
      description: 'May be given several times; a geofence must have all of the tags.',
    }),
    group: z.string().optional().meta({ description: 'Exact `groupName`.' }),
    externalId: z.string().min(1).max(128).optional(),
    bbox: bboxQuery.optional(),
    near: nearQuery.optional(),
  }).refine(({ bbox, near }) => !(bbox && near), {
    path: ['near'],
    message: 'Send either "bbox" or "near"',
    params: { type: 'conflict' },
  }),
  success: { 200: listOf(Geofence, 'camelCase') },
  invalid: 400,
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, geofences }) => {
  const counted = page.counted && !query.bbox && !query.near;
  return { status: 200, page: await geofences.list(tenant, query satisfies GeofenceFilters, { ...page, counted }) };
});
