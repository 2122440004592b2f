import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { schemaExample } from '../../shared/fieldwork/wire.ts';
import { type Call, row, text } from './call.ts';
import { someone } from './people.ts';
import type { Asked, World } from './world.ts';

/** Calls of projects, forms, submissions and the headless surface. */

/** The example of a schema without its version, which is 1 by default. */
export const schema = { title: schemaExample.title, fields: schemaExample.fields };
const otherSchema = { ...schema, title: 'Household Survey 2' };

async function done(world: World, name: Parameters<World['call']>[0], asked: Asked) {
  const answer = await world.call(name, asked);
  if (answer.status >= 300) throw new Error(`${name}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export const aProject = async (world: World): Promise<string> =>
  (await done(world, 'projects/create', { body: { name: '2026 Census' } })).id;

/** A form that was never published. */
export async function aDraft(world: World, of: object = schema): Promise<string> {
  const body = { project_id: await aProject(world), name: 'Household Survey', schema: of };
  return (await done(world, 'forms/create', { body })).id;
}

export async function aPublished(world: World, of: object = schema): Promise<string> {
  const form_id = await aDraft(world, of);
  await done(world, 'forms/publish', { params: { form_id } });
  return form_id;
}

/** A form with a published version and an open draft. */
export async function aForm(world: World): Promise<string> {
  const form_id = await aPublished(world);
  await done(world, 'forms/update', { params: { form_id }, body: { schema: otherSchema } });
  return form_id;
}

export async function aVersion(world: World, form_id?: string): Promise<string> {
  const params = { form_id: form_id ?? (await aForm(world)) };
  return (await done(world, 'forms/list-versions', { params }))[0].id;
}

const answers = { full_name: 'Maria Lopez', has_water: 'yes' };

export async function aSubmission(world: World, more: object = {}): Promise<string> {
  const form_id = await aPublished(world);
  return (
    await done(world, 'submissions/create', { body: { form_id, local_uuid: randomUUID(), data: answers, ...more } })
  ).id;
}

const unknown = randomUUID();
const wrong = (...failures: [type: string, ...loc: (string | number)[]][]) => ({
  body: { detail: failures.map(([type, ...loc]) => ({ type, loc: ['body', ...loc], msg: text })) },
});
const refused = (title: string, body: object, type: string, ...loc: string[]): Call =>
  row(title, { body: { name: 'N', ...body } }, [422, 'VALIDATION_ERROR'], wrong([type, ...loc]));

const projectCalls: Readonly<Record<string, readonly Call[]>> = {
  'projects/create': [
    row('as printed', { body: { name: '2026 Census' } }, 201, {
      body: { name: '2026 Census', description: '', form_count: 0, created_at: text },
    }),
    refused('an empty name', { name: '' }, 'too_short', 'name'),
    refused('a name of 256 characters', { name: 'n'.repeat(256) }, 'too_long', 'name'),
    refused('a description of 2001 characters', { description: 'd'.repeat(2001) }, 'too_long', 'description'),
  ],
  'projects/get': [
    row(
      'one with a form',
      async (world) => ({ params: { project_id: await projectOf(world, await aDraft(world)) } }),
      200,
      {
        body: { form_count: 1 },
      },
    ),
    row('an unknown one', { params: { project_id: unknown } }, [404, 'NOT_FOUND']),
  ],
  'projects/list': [row('all', {}, 200)],
  'projects/delete': [
    row('an empty one', async (world) => ({ params: { project_id: await aProject(world) } }), 204),
    row('an unknown one', { params: { project_id: unknown } }, [404, 'NOT_FOUND']),
    row(
      'one that contains a form',
      async (world) => ({ params: { project_id: await projectOf(world, await aDraft(world)) } }),
      [409, 'PROJECT_NOT_EMPTY'],
      { body: { details: { form_count: 1 } } },
    ),
    row(
      'one whose form was deleted',
      async (world) => {
        const form_id = await aPublished(world);
        const project_id = await projectOf(world, form_id);
        await done(world, 'forms/delete', { params: { form_id } });
        return { params: { project_id } };
      },
      204,
    ),
  ],
};

async function projectOf(world: World, form_id: string): Promise<string> {
  return (await done(world, 'forms/get', { params: { form_id } })).project_id;
}

const ofForm =
  (make: (world: World) => Promise<string>, more: object = {}) =>
  async (world: World) => ({
    params: { form_id: await make(world) },
    ...more,
  });

const formCalls: Readonly<Record<string, readonly Call[]>> = {
  'forms/create': [
    row(
      'as printed',
      async (world) => ({ body: { project_id: await aProject(world), name: 'Household Survey', schema } }),
      201,
      {
        headers: { ETag: '"v1"' },
        body: {
          published: false,
          has_draft: true,
          form_version_id: null,
          version_num: null,
          version: 1,
          schema: { version: 1, ...schema },
        },
      },
    ),
    row('an unknown project', { body: { project_id: unknown, name: 'N', schema } }, [404, 'NOT_FOUND']),
    row(
      'a schema with two faults',
      async (world) => ({
        body: { project_id: await aProject(world), name: 'N', schema: { fields: [{ id: 'a', type: 'text' }] } },
      }),
      [422, 'SCHEMA_INVALID'],
      wrong(['missing', 'schema', 'title'], ['missing', 'schema', 'fields', 0, 'label']),
    ),
    row(
      'a rule about an unknown geofence',
      async (world) => {
        const gps = { id: 'gps', type: 'geopoint', label: 'GPS', within_geofence: { geofence_id: unknown } };
        return { body: { project_id: await aProject(world), name: 'N', schema: { title: 'T', fields: [gps] } } };
      },
      [422, 'SCHEMA_INVALID'],
      wrong(['unknown_reference', 'schema', 'fields', 0, 'within_geofence', 'geofence_id']),
    ),
    row(
      'no schema',
      { body: { project_id: unknown, name: 'N' } },
      [422, 'VALIDATION_ERROR'],
      wrong(['missing', 'schema']),
    ),
  ],
  'forms/get': [
    row('a draft beside a version', ofForm(aForm), 200, {
      body: { published: true, has_draft: true, version_num: 1, schema: { version: 1, ...otherSchema } },
    }),
    row('for a viewer, who sees what is published', ofForm(aForm, { as: 'viewer' }), 200, {
      body: { has_draft: false, schema: { version: 1, ...schema } },
    }),
    row('a draft, for a viewer', ofForm(aDraft, { as: 'viewer' }), [404, 'NOT_FOUND']),
    row('a form of everyone, for a field worker', ofForm(aForm, { as: 'field_worker' }), 200),
    row(
      'a form of somebody else, for a field worker',
      async (world) => {
        const form_id = await aForm(world);
        const { id } = await someone(world, 'field_worker');
        await done(world, 'forms/replace-assignments', { params: { form_id }, body: { user_ids: [id] } });
        return { as: 'field_worker', params: { form_id } };
      },
      [404, 'NOT_FOUND'],
    ),
    row('an unknown one', { params: { form_id: unknown } }, [404, 'NOT_FOUND']),
  ],
  'forms/list': [
    row('all', {}, 200),
    row(
      'those of a project',
      async (world) => ({ query: `project_id=${await projectOf(world, await aForm(world))}` }),
      200,
      {
        headers: { 'X-Total-Count': '1' },
      },
    ),
    row('of an unknown project', { query: `project_id=${unknown}` }, 200, { headers: { 'X-Total-Count': '0' } }),
    row('another status', { query: 'status=open' }, [422, 'VALIDATION_ERROR']),
    row('drafts, for a viewer', { as: 'viewer', query: 'status=draft' }, 200, { headers: { 'X-Total-Count': '0' } }),
  ],
  'forms/update': [
    row('a name', ofForm(aPublished, { body: { name: 'Other' } }), 200, {
      body: { name: 'Other', version: 3, has_draft: false },
    }),
    row('a schema opens a draft', ofForm(aPublished, { body: { schema: otherSchema } }), 200, {
      body: { has_draft: true, schema: { version: 1, ...otherSchema }, version_num: 1 },
    }),
    row('the published schema discards the draft', ofForm(aForm, { body: { schema } }), 200, {
      body: { has_draft: false },
    }),
    row('the same schema changes nothing', ofForm(aDraft, { body: { schema } }), 200, { body: { version: 1 } }),
    row(
      'a published field as something else',
      ofForm(aPublished, {
        body: { schema: { ...schema, fields: [{ id: 'full_name', type: 'number', label: 'N' }] } },
      }),
      [422, 'SCHEMA_INVALID'],
      wrong(['conflict', 'schema', 'fields', 0, 'type']),
    ),
    row('neither name nor schema', ofForm(aDraft, { body: {} }), [422, 'VALIDATION_ERROR'], wrong(['missing'])),
    row('an old version', ofForm(aForm, { body: { name: 'X' }, headers: { 'If-Match': '"v1"' } }), [
      412,
      'PRECONDITION_FAILED',
    ]),
    row('an unknown one', { params: { form_id: unknown }, body: { name: 'X' } }, [404, 'NOT_FOUND']),
  ],
  'forms/publish': [
    row('a draft', ofForm(aDraft), 200, { body: { version_num: 1, published_by: text } }),
    row('the next version', ofForm(aForm), 200, { body: { version_num: 2 } }),
    row('nothing', ofForm(aPublished), [409, 'NOTHING_TO_PUBLISH']),
    row('another version', ofForm(aDraft, { headers: { 'If-Match': '"v9"' } }), [412, 'PRECONDITION_FAILED']),
    row('an unknown one', { params: { form_id: unknown } }, [404, 'NOT_FOUND']),
  ],
  'forms/delete': [
    row('one with everything', ofForm(aForm), 204),
    row('another version', ofForm(aForm, { headers: { 'If-Match': '"v9"' } }), [412, 'PRECONDITION_FAILED']),
    row('a manager', ofForm(aForm, { as: 'manager' }), [403, 'SCOPE_MISSING']),
    row('an unknown one', { params: { form_id: unknown } }, [404, 'NOT_FOUND']),
  ],
  'forms/list-versions': [
    row('one version', ofForm(aForm), 200),
    row('none', ofForm(aDraft), 200),
    row('an unknown form', { params: { form_id: unknown } }, [404, 'NOT_FOUND']),
  ],
  'forms/get-version': [
    row(
      'a version keeps its schema',
      async (world) => {
        const form_id = await aForm(world);
        return { params: { form_id, version_id: await aVersion(world, form_id) } };
      },
      200,
      { body: { version_num: 1, schema: { version: 1, ...schema } } },
    ),
    row('an unknown version', async (world) => ({ params: { form_id: await aForm(world), version_id: unknown } }), [
      404,
      'NOT_FOUND',
    ]),
  ],
  'forms/get-assignments': [
    row('everyone', ofForm(aForm), 200, { body: { user_ids: [], roles: [] } }),
    row('an unknown form', { params: { form_id: unknown } }, [404, 'NOT_FOUND']),
  ],
  'forms/replace-assignments': [
    row('roles', ofForm(aForm, { body: { roles: ['field_worker', 'editor'] } }), 200, {
      body: { user_ids: [], roles: ['editor', 'field_worker'] },
    }),
    row(
      'a user twice',
      async (world) => {
        const { id } = await someone(world);
        return { params: { form_id: await aForm(world) }, body: { user_ids: [id, id.toUpperCase()] } };
      },
      200,
      { body: { user_ids: [expect.any(String)], roles: [] } },
    ),
    row('everyone again', ofForm(aForm, { body: {} }), 200, { body: { user_ids: [], roles: [] } }),
    row(
      'an unknown user',
      ofForm(aForm, { body: { user_ids: [unknown] } }),
      [422, 'VALIDATION_ERROR'],
      wrong(['unknown_reference', 'user_ids', 0]),
    ),
    row(
      'an unknown role',
      ofForm(aForm, { body: { roles: ['boss'] } }),
      [422, 'VALIDATION_ERROR'],
      wrong(['enum', 'roles', 0]),
    ),
    row(
      '1001 users',
      ofForm(aForm, { body: { user_ids: Array.from({ length: 1001 }, () => 'x') } }),
      [422, 'VALIDATION_ERROR'],
      wrong(['too_long', 'user_ids']),
    ),
    row('an unknown form', { params: { form_id: unknown }, body: {} }, [404, 'NOT_FOUND']),
  ],
};

const submitted =
  (make: (world: World) => Promise<string>, more: object = {}) =>
  async (world: World) => ({
    body: { form_id: await make(world), local_uuid: randomUUID(), data: answers, ...more },
  });

const submissionCalls: Readonly<Record<string, readonly Call[]>> = {
  'submissions/create': [
    row('an answer', submitted(aPublished), 201, {
      headers: { 'X-Quota-Status': 'ok', 'X-Quota-Usage-Percent': '0' },
      body: { status: 'accepted', id: text, local_uuid: text, flags: [] },
    }),
    row(
      'as printed',
      async (world) => {
        const gps = { id: 'gps', type: 'geopoint', label: 'GPS Location' };
        const form_id = await aPublished(world, { ...schema, fields: [...schema.fields, gps] });
        const data = { full_name: 'Maria Lopez', gps: { latitude: -0.2295, longitude: -78.5243 } };
        const form_version_id = await aVersion(world, form_id);
        const rest = { device_id: randomUUID(), collected_at: '2026-03-17T14:35:00Z' };
        return { body: { form_id, form_version_id, local_uuid: randomUUID(), data, ...rest } };
      },
      201,
    ),
    row(
      'the same again, with other data',
      async (world) => {
        const { body } = await submitted(aPublished)(world);
        await done(world, 'submissions/create', { body });
        return { body: { ...body, data: { nonsense: true } } };
      },
      200,
      { body: { status: 'ignored' } },
    ),
    row(
      'the same for another form',
      async (world) => {
        const { body } = await submitted(aPublished)(world);
        await done(world, 'submissions/create', { body });
        return { body: { ...body, form_id: await aPublished(world) } };
      },
      [409, 'LOCAL_UUID_CONFLICT'],
      { body: { details: { id: text } } },
    ),
    row(
      'wrong data',
      submitted(aPublished, { data: { full_name: '', has_water: 'maybe', hasWater: 1 } }),
      [422, 'SUBMISSION_INVALID'],
      wrong(['missing', 'data', 'full_name'], ['option', 'data', 'has_water'], ['unknown_field', 'data', 'hasWater']),
    ),
    row('a form that is not published', submitted(aDraft), [422, 'FORM_NOT_PUBLISHED']),
    row('an unknown form', { body: { form_id: unknown, local_uuid: 'x', data: {} } }, [404, 'NOT_FOUND']),
    row('an unknown version', submitted(aPublished, { form_version_id: unknown }), [404, 'NOT_FOUND']),
    row(
      'a local_uuid that ends in a space',
      submitted(aPublished, { local_uuid: 'a survey ' }),
      [422, 'VALIDATION_ERROR'],
      wrong(['pattern', 'local_uuid']),
    ),
    row(
      'a local_uuid of 129 characters',
      submitted(aPublished, { local_uuid: 'x'.repeat(129) }),
      [422, 'VALIDATION_ERROR'],
      wrong(['too_long', 'local_uuid']),
    ),
    row('a field worker', async (world) => ({ as: 'field_worker', ...(await submitted(aPublished)(world)) }), 201),
    row('a viewer', async (world) => ({ as: 'viewer', ...(await submitted(aPublished)(world)) }), [
      403,
      'SCOPE_MISSING',
    ]),
  ],
  'submissions/create-bulk': [
    row(
      'each stands alone',
      async (world) => {
        const [a, b] = [(await submitted(aPublished)(world)).body, (await submitted(aPublished)(world)).body];
        return { body: [a, a, { ...b, local_uuid: a.local_uuid }, { ...b, data: {} }, b, { local_uuid: 'c' }, 7] };
      },
      200,
      {
        body: {
          accepted: [
            { index: 0, local_uuid: text, id: text, flags: [] },
            { index: 4, local_uuid: text, id: text, flags: [] },
          ],
          ignored: [
            { index: 1, local_uuid: text, id: text, reason: 'DUPLICATE' },
            { index: 2, local_uuid: text, id: text, reason: 'LOCAL_UUID_CONFLICT' },
          ],
          errors: [
            {
              index: 3,
              local_uuid: text,
              error_code: 'SUBMISSION_INVALID',
              error: '1 field is invalid',
              detail: [{ type: 'missing', loc: ['body', 3, 'data', 'full_name'], msg: text }],
            },
            {
              index: 5,
              local_uuid: 'c',
              error_code: 'VALIDATION_ERROR',
              error: '2 fields are invalid',
              detail: [
                { type: 'missing', loc: ['body', 5, 'form_id'], msg: text },
                { type: 'missing', loc: ['body', 5, 'data'], msg: text },
              ],
            },
            { index: 6, local_uuid: null, error_code: 'VALIDATION_ERROR', error: text, detail: [expect.any(Object)] },
          ],
        },
      },
    ),
    row('an unknown form', { body: [{ form_id: unknown, local_uuid: 'x', data: {} }] }, 200, {
      body: { errors: [{ index: 0, local_uuid: 'x', error_code: 'NOT_FOUND', error: text }] },
    }),
    row('no list', { body: {} }, [422, 'VALIDATION_ERROR'], wrong(['type_error'])),
    row('501 items', { body: Array.from({ length: 501 }, () => 0) }, [413, 'BATCH_TOO_LARGE'], {
      body: { details: { max_items: 500, requested_items: 501 } },
    }),
  ],
  'submissions/get': [
    row('one', async (world) => ({ params: { submission_id: await aSubmission(world) } }), 200, {
      body: { data: answers, source: 'headless', device_id: null, version_num: 1, flags: [], media: [] },
    }),
    row(
      "somebody else's, for a field worker",
      async (world) => ({ as: 'field_worker', params: { submission_id: await aSubmission(world) } }),
      [404, 'NOT_FOUND'],
    ),
    row('an unknown one', { params: { submission_id: unknown } }, [404, 'NOT_FOUND']),
  ],
  'submissions/list': [
    row('all', {}, 200),
    row('of an unknown form', { query: `form_id=${unknown}` }, 200, { headers: { 'X-Total-Count': '0' } }),
    ...[
      ['of all that is known of one', {}, '1'],
      ['of another day', { start_date: '2026-03-18', end_date: '2026-03-19' }, '0'],
      ['of another device', { device_id: unknown }, '0'],
      ['of another source', { source: 'mobile' }, '0'],
      ['of another project', { project_id: unknown }, '0'],
    ].map(([title, other, total]) =>
      row(
        String(title),
        async (world) => {
          const collected_at = '2026-03-17T10:00:00Z';
          const submission_id = await aSubmission(world, { device_id: randomUUID(), collected_at });
          const { body } = await world.call('submissions/get', { params: { submission_id } });
          const { form_id, project_id, device_id, source } = body;
          const span = { start_date: '2026-03-17', end_date: '2026-03-17' };
          const query = { form_id, project_id, device_id, source, ...span, ...(other as object) };
          return { query: new URLSearchParams(query).toString() };
        },
        200,
        { headers: { 'X-Total-Count': total } },
      ),
    ),
    row('an end before the start', { query: 'start_date=2026-03-18&end_date=2026-03-17' }, [422, 'VALIDATION_ERROR']),
    row('another source', { query: 'source=fax' }, [422, 'VALIDATION_ERROR']),
  ],
};

const headlessCalls: Readonly<Record<string, readonly Call[]>> = {
  'headless/list-projects': [row('all', {}, 200)],
  'headless/list-forms': [row('all', {}, 200), row('of an unknown project', { query: `project_id=${unknown}` }, 200)],
  'headless/get-schema': [
    row('the newest version', ofForm(aForm), 200, { body: { version_num: 1, schema: { version: 1, ...schema } } }),
    row('a draft', ofForm(aDraft), [404, 'NOT_FOUND']),
    row('an unknown one', { params: { form_id: unknown } }, [404, 'NOT_FOUND']),
  ],
  'headless/submit': [
    row('as printed', async (world) => ({ body: { form_id: await aPublished(world), data_json: answers } }), 201, {
      body: { status: 'accepted', id: text },
    }),
    row(
      'the same local_uuid again',
      async (world) => {
        const body = { form_id: await aPublished(world), data_json: answers, local_uuid: randomUUID() };
        await done(world, 'headless/submit', { body });
        return { body };
      },
      200,
      { body: { status: 'ignored', id: text } },
    ),
    row(
      'wrong data',
      async (world) => ({ body: { form_id: await aPublished(world), data_json: {} } }),
      [422, 'SUBMISSION_INVALID'],
      wrong(['missing', 'data_json', 'full_name']),
    ),
    row('a draft', async (world) => ({ body: { form_id: await aDraft(world), data_json: answers } }), [
      404,
      'NOT_FOUND',
    ]),
    row(
      'the local_uuid of another form',
      async (world) => {
        const body = { form_id: await aPublished(world), data_json: answers, local_uuid: randomUUID() };
        await done(world, 'headless/submit', { body });
        return { body: { ...body, form_id: await aPublished(world) } };
      },
      [409, 'LOCAL_UUID_CONFLICT'],
    ),
    row('an unknown form', { body: { form_id: unknown, data_json: {} } }, [404, 'NOT_FOUND']),
  ],
};

export const fieldCalls: Readonly<Record<string, readonly Call[]>> = {
  ...projectCalls,
  ...formCalls,
  ...submissionCalls,
  ...headlessCalls,
};
