import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as workers from '../../functions/workers.ts';
import { answerTargetsWith } from '../../shared/outbound/connector.ts';
import { isMade, newParams, paramsNaming, rightBody } from '../contract/kinds.ts';
import { sending, withPhoto } from '../contract/media-calls.ts';
import { aFormWebhook } from '../contract/webhook-calls.ts';
import { type Asked, allowedTo, newWorld, type World } from '../contract/world.ts';
import { answerTargets } from '../platform/in-process.ts';
import { entitiesOf } from '../platform/rows.ts';
import { relayEvents } from '../platform/stream.ts';
import { plain } from '../support/answers.ts';
import { addressed, type EndpointName, type NamedEndpoint } from '../support/endpoints.ts';
import { places } from './places.ts';

/**
 * A deleted form and everything that belongs to it is unknown to every route that names it and every route that reads,
 * from the moment of its deletion. The routes come from the table of all routes, so that none can be forgotten.
 */

afterEach(() => answerTargets());

/** The kinds of entities that are deleted with a form. */
const itsKinds = ['form', 'form_version', 'form_webhook', 'submission', 'media'];

async function ok(world: World, name: EndpointName, asked: Asked = {}) {
  const answer = await world.call(name, asked);
  expect(answer.status, `${name} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}

async function deleteForms(world: World): Promise<void> {
  const forms = await ok(world, 'forms/list', { query: 'limit=200' });
  for (const { id } of forms) await ok(world, 'forms/delete', { params: { form_id: id } });
}

const anonymous = (answer: Parameters<typeof plain>[0], id: string) =>
  JSON.stringify(plain(answer))
    .replaceAll(id, '<id>')
    .replaceAll(/"local_uuid":"[^"]*"/g, '');

describe.each(places.filter(({ kind }) => itsKinds.includes(kind)))('$endpoint.name, $title', (place) => {
  const { endpoint, made, asked, expectUnknown } = place;
  const caller = allowedTo(endpoint.route);

  test('the id of something that its form took with it is an unknown one, and nothing happens', async () => {
    const world = await newWorld();
    const [id, unknown] = [await made(world), randomUUID()];
    await deleteForms(world);
    const [ofDeleted, ofUnknown] = [await asked(id, world), await asked(unknown, world)];
    if (caller.as) await world.token(caller.as);
    const before = await entitiesOf(world.workspace);
    const answer = await world.call(endpoint.name, { ...caller, ...ofDeleted });
    expectUnknown(answer);
    const expected = await world.call(endpoint.name, { ...caller, ...ofUnknown });
    expect(anonymous(answer, id)).toBe(anonymous(expected, unknown));
    expect(await entitiesOf(world.workspace)).toEqual(before);
  });
});

/** A form with everything that a form can have. */
async function aFullForm(world: World) {
  answerTargetsWith(async () => ({ status: 410, body: 'refused', retryAfter: undefined }));
  await world.token('phone');
  const gps = { id: 'gps', type: 'geopoint', label: 'GPS' };
  const schema = { ...withPhoto, fields: [...withPhoto.fields, gps] };
  const project = await ok(world, 'projects/create', { body: { name: 'P' } });
  const form = await ok(world, 'forms/create', { body: { project_id: project.id, name: 'N', schema } });
  const params = { form_id: form.id as string };
  const version = await ok(world, 'forms/publish', { params });
  const webhook = (await aFormWebhook(world, form.id)).params.webhook_id;
  const local_uuid = randomUUID();
  const data = { full_name: 'Maria Lopez', gps: { latitude: 1, longitude: 2 } };
  const submission = await ok(world, 'submissions/create', { body: { form_id: form.id, local_uuid, data } });
  const media = await ok(world, 'media/upload', sending({ submission_local_uuid: local_uuid }));
  await ok(world, 'submissions/export-csv', { query: `form_id=${form.id}` });
  await relayEvents();
  const [delivery] = (await ok(world, 'webhooks/list-deliveries', { params: { id: webhook } })).data;
  const { collections } = await ok(world, 'ogc/list-collections');
  const collection = collections.find(({ id }: { id: string }) => id.includes(form.id)).id as string;
  const items = await ok(world, 'ogc/list-items', { params: { collectionId: collection } });
  return {
    ids: [form.id, version.id, webhook, submission.id, media.media_file_id, delivery.id] as string[],
    /** Values of parameters of paths that name something of this form. */
    params: {
      form_id: form.id,
      version_id: version.id,
      webhook_id: webhook,
      submission_id: submission.id,
      media_id: media.media_file_id,
      collectionId: collection,
      featureId: items.features[0].id,
    } as Record<string, string>,
    ofWebhook: { id: webhook, delivery_id: delivery.id as string } as Record<string, string>,
  };
}

type FullForm = Awaited<ReturnType<typeof aFullForm>>;

/** Parameters of a route that name something of a form. */
function paramsIn({ route }: NamedEndpoint, { params, ofWebhook }: FullForm): Record<string, string> | undefined {
  const own = route.path.startsWith('/api/v1/webhooks/{id}') ? ofWebhook : params;
  const names = paramsNaming(route.path).map(({ name }) => name);
  const of = names.filter((name) => Object.hasOwn(own, name)).map((name) => [name, own[name]!]);
  return of.length > 0 ? Object.fromEntries(of) : undefined;
}

/** Routes whose responses name a deleted form on purpose. */
const remembering: Readonly<Record<string, string>> = {
  'audit-logs/list': 'the audit log tells who deleted it',
  'exports/list': 'the record of a job stays, without its file',
};

describe('every read', () => {
  const reads = addressed.filter(
    ({ route: { method, scope, path } }) =>
      method === 'GET' &&
      scope !== 'public' &&
      paramsNaming(path).every(({ names }) => typeof names !== 'string' || isMade(names)),
  );
  const named: string[] = [];
  const shown: string[] = [];
  const left: string[] = [];

  beforeAll(async () => {
    const world = await newWorld();
    const full = await aFullForm(world);
    const calls = await Promise.all(
      reads.map(async (endpoint) => {
        const of = paramsIn(endpoint, full);
        const params = of ?? (await newParams(world, paramsNaming(endpoint.route.path)));
        return { endpoint, of, asked: { ...allowedTo(endpoint.route), params } };
      }),
    );
    const bodies = async (isDeleted: boolean) => {
      for (const { endpoint, of, asked } of calls) {
        const { name } = endpoint;
        const { status, body, bytes } = await world.call(name, asked);
        const text = `${JSON.stringify(body ?? '')}${bytes ?? ''}`;
        if (full.ids.some((id) => text.includes(id))) (isDeleted ? left : shown).push(name);
        if (of && (status === 404) !== isDeleted) named.push(`${name} ${status}`);
      }
    };
    await bodies(false);
    await ok(world, 'forms/delete', { params: { form_id: full.params.form_id! } });
    await bodies(true);
  });

  test('that names something of the form finds it before, and does not find it afterwards', () => {
    expect(named).toEqual([]);
  });

  test('of a list shows it before, and does not show it afterwards', () => {
    expect(shown).toEqual(
      expect.arrayContaining([
        ...['forms/list', 'headless/list-forms', 'mobile/list-forms', 'submissions/list', 'ogc/list-collections'],
        ...['webhooks/list', 'webhooks/list-dead-letters'],
      ]),
    );
    expect(left.sort()).toEqual(Object.keys(remembering));
  });
});

test('every change of its webhooks by the general routes is refused as for an unknown one', async () => {
  const changes = addressed.filter(
    ({ route }) => route.method !== 'GET' && route.path.startsWith('/api/v1/webhooks/{id}'),
  );
  expect(changes.length).toBeGreaterThan(3);
  const world = await newWorld();
  const full = await aFullForm(world);
  await ok(world, 'forms/delete', { params: { form_id: full.params.form_id! } });
  const statuses: unknown[] = [];
  for (const endpoint of changes) {
    const body = await rightBody(endpoint.route, world);
    const answer = await world.call(endpoint.name, { params: paramsIn(endpoint, full)!, body });
    statuses.push([endpoint.name, answer.status, answer.body?.error_code]);
  }
  expect(statuses).toEqual(changes.map(({ name }) => [name, 404, 'NOT_FOUND']));
});

test('its submissions are swept after the end of every request and run that may have read it before', () => {
  const { 'forms/sweep': sweep, ...others } = workers;
  const timeouts = [...addressed.map(({ route }) => route), ...Object.values(others).map(({ worker }) => worker)].map(
    (one) => (one as { readonly timeoutSeconds?: number }).timeoutSeconds ?? 30,
  );
  expect(sweep.worker.source.delaySeconds).toBeGreaterThanOrEqual(2 * Math.max(...timeouts));
});
