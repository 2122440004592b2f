import { randomUUID } from 'node:crypto';
import { type Call, row, text } from './call.ts';
import { aDraft, aPublished, aSubmission } from './field-calls.ts';
import type { World } from './world.ts';

/** Requests for the files of a form. */

const everything = {
  title: 'Survey',
  fields: [
    { id: 'full_name', type: 'text', label: 'Full Name', required: true },
    { id: 'gps', type: 'geopoint', label: 'GPS' },
    { id: 'way', type: 'route', label: 'Way' },
    { id: 'members', type: 'repeat', label: 'Members', fields: [{ id: 'name', type: 'text', label: 'Name' }] },
  ],
};
const data = { full_name: 'Maria Lopez', gps: { latitude: 1, longitude: 2 }, members: [{ name: 'Ana' }] };

const aFilledForm = async (world: World): Promise<string> => {
  const form_id = await aPublished(world, everything);
  await aSubmission(world, { form_id, data });
  return form_id;
};

const withForm =
  (query = '', more: object = {}) =>
  async (world: World) => ({ query: `form_id=${await aFilledForm(world)}${query}`, ...more });

/** The request does not wait, so the job may have ended or not. */
const promptly = { headers: { prefer: 'respond-async' } };

const common = (include: string, contentType: string, filename: string): Call[] => [
  row('the file', withForm(), 200, {
    headers: { 'Content-Type': contentType, 'Content-Disposition': `attachment; filename="${filename}"` },
  }),
  row('a range of dates', withForm('&from=2026-03-01&to=2026-03-31'), 200),
  row('without waiting', withForm('', promptly), 202, {
    headers: { 'Preference-Applied': 'respond-async', 'Retry-After': '2', Location: text },
    body: { scopeType: 'FORM', includes: [include], status: text },
  }),
  row('without a form', { query: '' }, [422, 'VALIDATION_ERROR']),
  row('of an unknown form', { query: `form_id=${randomUUID()}` }, [404, 'NOT_FOUND'], {
    body: { details: { resource: 'form' } },
  }),
  row('an end before the start', withForm('&from=2026-03-18&to=2026-03-17'), [422, 'VALIDATION_ERROR']),
  row('a time that is none', withForm('&from=yesterday'), [422, 'VALIDATION_ERROR']),
];

/** A file of more than 4 MiB is sent as a link. */
const large: Call = row(
  'a large file',
  async (world) => {
    const form_id = await aPublished(world, everything);
    await aSubmission(world, { form_id, data: { ...data, full_name: 'x'.repeat(900_000) } });
    for (let i = 0; i < 4; i++) {
      await aSubmission(world, { form_id, data: { ...data, full_name: String(i).repeat(900_000) } });
    }
    return { query: `form_id=${form_id}` };
  },
  303,
  { headers: { Location: text } },
);

export const formExportCalls: Readonly<Record<string, readonly Call[]>> = {
  'submissions/export-csv': [
    ...common('SUBMISSIONS_CSV', 'application/zip', 'Household_Survey_csv.zip'),
    row('of a form that was never published', async (world) => ({ query: `form_id=${await aDraft(world)}` }), 200),
    row(
      'of a form that was never published, by a viewer',
      async (world) => ({ query: `form_id=${await aDraft(world)}`, as: 'viewer' }),
      [404, 'NOT_FOUND'],
    ),
    row(
      'of a form whose file the store has lost',
      async (world) => {
        const query = `form_id=${await aFilledForm(world)}`;
        await world.call('submissions/export-csv', { query });
        // Its import replaces AWS in this process, which tests on a stack do not want.
        const { platform } = await import('../platform/in-process.ts');
        for (const key of platform.store.files.keys()) if (key.endsWith('.zip')) platform.store.files.delete(key);
        return { query };
      },
      303,
    ),
  ],
  'submissions/export-geojson': [
    ...common('SUBMISSIONS_GEOJSON', 'application/geo+json', 'Household_Survey.geojson'),
    large,
  ],
  'submissions/export-gpx': common('SUBMISSIONS_GPX', 'application/gpx+xml', 'Household_Survey.gpx'),
  'submissions/export-media': common('SUBMISSIONS_MEDIA', 'application/zip', 'Household_Survey_media.zip'),
  'submissions/export-package': common('SUBMISSIONS_PACKAGE', 'application/zip', 'Household_Survey_package.zip'),
};
