import * as z from 'zod';
import { listMobileForms } from '../../shared/fieldwork/mobile-forms.ts';
import { MobileForm } from '../../shared/fieldwork/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { answerWhole } from '../../shared/http/whole.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/mobile/forms',
  operationId: 'listMobileForms',
  summary: 'Download all published forms that are assigned to the user of a phone',
  description:
    'For the first synchronisation and for every later one: with the `ETag` of the last answer as `If-None-Match`, the answer ' +
    'is 304 while nothing has changed. `geofences` holds what the `within_geofence` rules of a form need, so that a phone can ' +
    'check them offline.',
  scope: 'mobile:sync',
  uses: { phones: listMobileForms, whole: answerWhole },
  success: { 200: z.array(MobileForm), 303: null, 304: null },
  problems: [],
  // A large answer is in memory until it is stored.
  memoryMegabytes: 1024,
});

export const handler = serve(route, ({ caller, request, phones, whole }) =>
  whole.answerIfChanged(caller, phones.list(caller), request),
);
