import type { Role } from '../../shared/auth/scopes.ts';
import { multipart, photo } from '../support/forms.ts';
import type { Invoked } from '../support/invoke.ts';
import { newPerson, signIn } from '../support/persons.ts';
import { aPairingToken, aPhone } from './phones.ts';
import type { World } from './world.ts';

/** What exists before the request of an example, and the names under which the fixture refers to it. */

type Body = Record<string, unknown>;

export interface Scene {
  /** A geofence. */
  readonly fence?: Body;
  /** A device. */
  readonly device?: Body;
  /** A user, signed in. */
  readonly person?: { readonly email: string; readonly role: Role; readonly password?: string; readonly name?: string };
  /** An API key, with the fields of an admin's request for it. */
  readonly apiKey?: Body;
  /** A pairing token of an owner. */
  readonly pairing?: true;
  /** A paired phone of `person`. */
  readonly phone?: true;
  /** A project, with the fields of a request for it. */
  readonly project?: Body;
  /** A form of `project`, published this number of times, and then left with a draft or without one. */
  readonly form?: {
    readonly name: string;
    readonly schema: Body;
    readonly published: number;
    readonly draft?: Body;
  };
  /** A submission of `form`, with further fields of a request for it. */
  readonly submission?: Body;
  /** A photo of 200 KiB of `submission`, in the field `photo`. */
  readonly photo?: string;
  /** A webhook of `form`, with the fields of a request for it. */
  readonly formWebhook?: Body;
}

/** Values by the names that fixtures use. */
export type Known = Readonly<Record<string, unknown>>;

/** The photo of the documentation, which has 204800 bytes. */
export const printedPhoto = (name: string) => ({ name, bytes: photo(0, 204_800), type: 'image/jpeg' });

type Call = (...asked: Parameters<World['call']>) => Promise<Invoked>;

async function made(call: Call, ...[name, asked]: Parameters<World['call']>): Promise<Invoked['body']> {
  const { status, body } = await call(name, asked);
  if (status >= 300) throw new Error(`${name}: ${JSON.stringify(body)}`);
  return body;
}

async function form(call: Call, { name, schema, published, draft }: NonNullable<Scene['form']>, project_id: unknown) {
  const { id } = await made(call, 'forms/create', { body: { project_id, name, schema } });
  const params = { form_id: id };
  let version: Invoked['body'];
  for (let num = 1; num <= published; num++) {
    if (num > 1) {
      const other = { ...schema, title: `${schema.title} ${num}` };
      await made(call, 'forms/update', { params, body: { schema: num < published ? other : schema } });
    }
    version = await made(call, 'forms/publish', { params });
  }
  if (draft) await made(call, 'forms/update', { params, body: { schema: draft } });
  return { form: id, version: version?.id };
}

/** A form with what belongs to it. */
async function field(call: Call, scene: Scene): Promise<Known> {
  const project = scene.project && (await made(call, 'projects/create', { body: scene.project })).id;
  const of: Known = scene.form ? await form(call, scene.form, project) : {};
  const known = { project, ...of };
  if (!scene.submission) return known;
  const body = { form_id: of.form, ...scene.submission };
  const submission = (await made(call, 'submissions/create', { body })).id;
  const media = scene.photo && (await sent(call, scene.photo, scene.submission));
  return { ...known, submission, media };
}

async function sent(call: Call, name: string, { local_uuid }: Body): Promise<string> {
  const parts = { file: printedPhoto(name), submission_local_uuid: String(local_uuid), field_id: 'photo' };
  return (await made(call, 'media/upload', multipart(parts))).media_file_id;
}

/** Creates what must exist before the request, under the names of the fixture. */
export async function prepared(world: World, call: Call, scene: Scene): Promise<Known & { accessToken?: string }> {
  const { fence, device, apiKey, person, pairing, phone, formWebhook } = scene;
  const user = person && (await newPerson(world.workspace, person.role, person));
  const session = user && (await signIn(user));
  const paired = phone && (await aPhone(world, { key: session!.access_token }));
  const inField = await field(call, scene);
  const params = { form_id: String(inField.form) };
  return {
    ...inField,
    formWebhook: formWebhook && (await made(call, 'forms/create-webhook', { params, body: formWebhook })).id,
    pairingToken: pairing && (await aPairingToken(world)),
    phone: paired?.device_id,
    deviceToken: paired?.device_token,
    fence: fence && (await world.fence(fence)).id,
    device: device && (await made(call, 'devices/create', { body: device })).id,
    apiKey: apiKey && (await made(call, 'account/create-api-key', { as: 'admin', body: apiKey })).id,
    person: user?.id,
    refreshToken: session?.refresh_token,
    ...(session ? { accessToken: session.access_token } : {}),
  };
}
