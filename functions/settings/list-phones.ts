import * as z from 'zod';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { listPhones } from '../../shared/phones/phones.ts';
import { PairedDevice } from '../../shared/phones/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/settings/mobile/devices',
  operationId: 'listPairedDevices',
  summary: 'List all paired phones as a bare array, the last paired first',
  description: 'Editors and field workers see their own.',
  scope: 'mobile_devices:read',
  uses: { phones: listPhones },
  success: { 200: z.array(PairedDevice) },
  problems: [],
});

export const handler = serve(route, async ({ caller, phones }) => ({ status: 200, body: await phones.list(caller) }));
