import * as z from 'zod';
import { lists } from '../../shared/entity/read.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { valueTypes } from '../../shared/profiles/value-types.ts';
import { Sensor, sensors } from '../../shared/topology/sensors.ts';
import { givenId } from '../../shared/wire/id.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/sensors',
  operationId: 'listSensors',
  summary: 'List sensors, newest first',
  scope: 'topology:read',
  uses: { sensors: lists(sensors) },
  query: listQuery({
    deviceId: givenId().optional().meta({ names: 'device' }),
    componentId: givenId().optional().meta({ names: 'component' }),
    key: z.string().max(64).optional(),
    valueType: z.enum(valueTypes).optional(),
  }),
  success: { 200: listOf(Sensor, 'camelCase') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, sensors }) => ({
  status: 200,
  page: await sensors.list(tenant, query, page),
}));
