import { beforeAll, expect, test } from 'vitest';
import { demoIds } from '../../lib/demo/ids.ts';
import { seedThings } from '../../lib/demo/seed.ts';
import { renderDocument } from '../../lib/openapi/document.ts';
import { at, type Json } from '../lib/openapi/walk.ts';
import { isForKeys } from '../security/rows.ts';
import { addressed, type EndpointName, endpoint } from '../support/endpoints.ts';
import { newPerson, signIn } from '../support/persons.ts';
import { newWorld, type World } from './world.ts';

/**
 * Each operation's form in the documentation, sent as it opens, in a workspace with what the demo holds: what stands
 * in required parameters, and the first example of the body.
 */

const shortLived = 'It ends within days, and the demo may be kept for longer: its id is in the answer that made it.';
const unknownId = '0195a1f4-2c80-7d40-9a51-3f2d6c0e8b11';
const ownCredential = 'It takes what only this user has: a password, or the token of a mail or a sign-in.';
const byProvider = 'It needs a payment provider.';
const hashed = 'The page at /docs names its files; their names hold a hash.';

const noWebhook = 'The demo has no webhook, since there is nobody whom it could call.';

/** What forms answer that cannot succeed as they open, and why. */
const refused: Readonly<Record<string, readonly [status: number, reason: string]>> = {
  acceptInvitation: [400, ownCredential],
  applySyncPlan: [404, shortLived],
  cancelSubscription: [501, byProvider],
  completeMediaUpload: [404, shortLived],
  changePassword: [400, ownCredential],
  changePlan: [501, byProvider],
  deleteExport: [404, shortLived],
  deleteQuarantineItem: [404, shortLived],
  deleteAccount: [409, 'The demo has one owner.'],
  deleteProject: [409, 'The project of the demo contains a form.'],
  confirmPasswordReset: [400, ownCredential],
  createCheckoutSession: [501, byProvider],
  createPortalSession: [501, byProvider],
  getBulkBatch: [404, shortLived],
  getDocsAsset: [404, hashed],
  getExport: [404, shortLived],
  getInvoice: [404, byProvider],
  getMedia: [404, 'The demo has no files of submissions: its store may be emptied.'],
  getQuarantineItem: [404, shortLived],
  getQuarantineReplay: [404, shortLived],
  getSyncPlan: [404, shortLived],
  getWorkflowExecution: [404, shortLived],
  listMobileForms: [403, 'Only a paired phone has the scope.'],
  listPaymentMethods: [501, byProvider],
  login: [401, ownCredential],
  pairPhone: [401, 'It takes a pairing token, which can be used once.'],
  provisionDevice: [401, 'It takes a registration token, which can be used once.'],
  reactivateSubscription: [501, byProvider],
  receiveProviderEvent: [501, byProvider],
  readNotification: [404, shortLived],
  refreshTokens: [401, ownCredential],
  retryWorkflowExecution: [404, shortLived],
  revokePairedDevice: [404, 'The demo has no phone: who pairs one has its id.'],
  revokeDeviceCertificate: [404, 'The id of a certificate is its fingerprint: it is taken from the list.'],
  startTrackingSession: [409, 'A device has one open session, and that of the demo is open.'],
  uploadMedia: [415, 'Whoever tries it chooses a file; this test sends no form.'],
  verifyEmail: [400, ownCredential],
  deleteFormWebhook: [404, noWebhook],
  deleteWebhook: [404, noWebhook],
  getWebhook: [404, noWebhook],
  getWebhookDelivery: [404, noWebhook],
  listWebhookDeliveries: [404, noWebhook],
  patchWebhook: [404, noWebhook],
  replayWebhookDeliveries: [404, noWebhook],
  retryWebhookDelivery: [404, noWebhook],
  rotateWebhookSecret: [404, noWebhook],
  testWebhook: [404, noWebhook],
};

const hint = `Add what this form names to lib/demo, and its id to \`pathExamples\` in lib/openapi/parameters.ts or to the
example of the body; or add the reason to \`refused\` in test/contract/try-it.test.ts.`;

const document = renderDocument(
  addressed.map(({ route }) => route),
  '1.2.3',
) as Json;

async function newDemo(): Promise<World> {
  const world = await newWorld();
  await seedThings(world.workspace);
  return world;
}

let demo: World;
beforeAll(async () => {
  demo = await newDemo();
});

const target = (value: Json): Json => (value.$ref ? at(document, value.$ref) : value);

function formOf({ path, method }: (typeof addressed)[number]['route']) {
  const { parameters, requestBody } = document.paths[path][method.toLowerCase()];
  const required = parameters.map(target).filter((parameter: Json) => parameter.required);
  const filled = (where: string): Record<string, string> =>
    Object.fromEntries(
      required
        .filter((parameter: Json) => parameter.in === where)
        .map(({ name, schema }: Json) => [name, String(schema.example ?? unknownId)]),
    );
  const { schema, examples } = requestBody?.content['application/json'] ?? {};
  const [first] = Object.values<Json>(examples ?? {});
  return {
    params: filled('path'),
    query: new URLSearchParams(filled('query')).toString(),
    ...(schema ? { body: first?.value ?? target(schema).example } : {}),
  };
}

test.each(addressed.map((one) => ({ ...one, id: one.route.operationId })))('$id', async ({ name, route, id }) => {
  const ends = route.method === 'DELETE' || id === 'revokeCertificates' || id === 'endTrackingSession';
  const world = ends ? await newDemo() : demo;
  // Signing out and deleting the account end the session of whoever tries them.
  const person = isForKeys(route)
    ? {}
    : { key: (await signIn(await newPerson(world.workspace, 'owner'))).access_token };
  const form = formOf(route);
  const { status, body } = await world.call(name, { ...person, ...form });
  const [expected, reason] = refused[id] ?? [];
  if (reason) expect(status, reason).toBe(expected);
  else expect(status, `${JSON.stringify(body)}\n${hint}`).toBeLessThan(400);
});

test('points in forms lie in places of the demo', async () => {
  const untouched = await newDemo();
  const answerTo = async (name: EndpointName) => {
    const { body } = await untouched.call(name, formOf(endpoint(name).route));
    return body;
  };
  expect((await answerTo('geofences/check')).matches.map(({ geofenceId }: Json) => geofenceId)).toContain(
    demoIds.geofence,
  );
  expect((await answerTo('geofences/check-batch')).results.every(({ count }: Json) => count > 0)).toBe(true);
  expect((await answerTo('geofences/explain')).geofences.map(({ inside }: Json) => inside)).toContain(true);
});

test('every exception names an existing form', () => {
  const ids = addressed.map(({ route }) => route.operationId);
  expect(Object.keys(refused).filter((id) => !ids.includes(id))).toEqual([]);
});
