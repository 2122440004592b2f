import * as z from 'zod';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { readTrips } from '../../shared/trips/read.ts';
import { tripStatuses } from '../../shared/trips/trip.ts';
import { Trip } from '../../shared/trips/wire.ts';
import { isInOrder, notInOrder, spanOf, spanParameters } from '../../shared/wire/time-span.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/devices/{id}/sessions',
  operationId: 'listTrackingSessions',
  summary: 'List the tracking sessions of a device, the last one started first',
  description:
    '`from` and `to` filter by `startedAt`. A session that has ended is listed for as long as the plan keeps locations.',
  scope: 'locations:read',
  uses: { trips: readTrips },
  query: listQuery({ status: z.enum(tripStatuses).optional(), ...spanParameters }).refine(isInOrder, notInOrder),
  success: { 200: listOf(Trip, 'camelCase') },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, query, page, caller, trips }) => ({
  status: 200,
  page: await trips.list(caller, params.id, { status: query.status, started: spanOf(query) }, page),
}));
