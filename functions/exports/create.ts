import { createExports } from '../../shared/exports/create.ts';
import { ExportDraft, ExportJob } from '../../shared/exports/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/exports',
  operationId: 'createExport',
  summary: 'Ask for an export',
  description:
    'Creates a job, which writes the data of an object and of all objects below it into a ZIP archive: `readings.csv`, `annotations.csv`, ' +
    '`locations.csv`, `events.csv`, and `manifest.json` with the number of rows and the SHA-256 of each. Read the job until it ' +
    'is `READY`. The jobs of a workspace run one after the other. Needs the scopes to read what it includes, too: `readings:read`, ' +
    '`analytics:read`, `locations:read`, `events:read`. `READINGS` and `ANNOTATIONS` exist for sites, devices, components and sensors, ' +
    '`LOCATIONS` for sites and devices, `EVENTS` for sites, devices and geofences. For a form, exactly one of the kinds that begin with ' +
    '`SUBMISSIONS` is made, as `GET /submissions/export/…` answers it; this needs `submissions:export`, and `from` and `to` are optional.',
  scope: 'exports:write',
  uses: { exports: createExports },
  body: ExportDraft,
  success: { 201: ExportJob },
  problems: ['NOT_FOUND', 'SCOPE_MISSING'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, once, exports }) => ({
  status: 201,
  body: await exports.create(caller, body, once),
}));
