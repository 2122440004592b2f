import * as z from 'zod';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { answerWhole } from '../../shared/http/whole.ts';
import { listPhones } from '../../shared/phones/phones.ts';
import { PairedDevice } from '../../shared/phones/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/settings/mobile/devices',
  operationId: 'listPairedDevices',
  summary: 'List all paired phones as a bare array, the last paired first',
  description: 'Editors and field workers see their own.',
  scope: 'mobile_devices:read',
  uses: { phones: listPhones, whole: answerWhole },
  success: { 200: z.array(PairedDevice), 303: null },
  problems: [],
});

export const handler = serve(route, async ({ caller, phones, whole }) =>
  whole.answer(caller, await phones.list(caller)),
);
