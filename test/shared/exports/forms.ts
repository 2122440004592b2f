import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import { creates } from '../../../shared/entity/create.ts';
import type { ExportDraft } from '../../../shared/exports/wire.ts';
import { changeForms } from '../../../shared/fieldwork/change.ts';
import { createForms } from '../../../shared/fieldwork/create.ts';
import { deleteForms } from '../../../shared/fieldwork/delete.ts';
import { projects } from '../../../shared/fieldwork/projects.ts';
import { publishForms } from '../../../shared/fieldwork/publish.ts';
import { mediaFiles } from '../../../shared/files/keys.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { submitForms } from '../../../shared/submissions/submit.ts';
import { newId } from '../../../shared/table/ids.ts';
import { mediaKeys } from '../../../shared/table/keys/media.ts';
import { submissionKeys } from '../../../shared/table/keys/submissions.ts';
import { sha256 } from '../archives/reading.ts';
import { day, now, type Yard } from './yard.ts';

/** Forms and submissions of the workspace of a yard. */

export const text = (id: string, label = id, more: object = {}) => ({ id, type: 'text', label, ...more });
export const gps = { id: 'gps', type: 'geopoint', label: 'GPS' };
export const route = { id: 'way', type: 'route', label: 'Way' };
export const members = { id: 'members', type: 'repeat', label: 'Members', fields: [text('name', 'Name')] };

export async function aForm(yard: Yard, fields: readonly object[], name = 'Household Survey'): Promise<string> {
  const project = await creates(projects)
    .open()
    .create(yard.owner, { name: 'P', description: '' } as never, unrecorded);
  const draft = { project_id: project.id, name, schema: { title: name, fields } };
  const { id } = await createForms.open().create(yard.owner, draft as never, unrecorded);
  await publishForms.open().publish(yard.owner, id, undefined, unrecorded);
  return id;
}

export async function nextVersion(yard: Yard, formId: string, fields: readonly object[]): Promise<void> {
  await changeForms.open().change(yard.owner, formId, { schema: { title: 'T', fields } } as never, undefined);
  await publishForms.open().publish(yard.owner, formId, undefined, unrecorded);
}

export const rename = (yard: Yard, formId: string, name: string) =>
  changeForms.open().change(yard.owner, formId, { name } as never, undefined);

export const removeForm = (yard: Yard, formId: string) => deleteForms.open().delete(yard.owner, formId, undefined);

/** Submits as if a day before, each some milliseconds later. */
export async function submit(yard: Yard, form_id: string, data: object, at = now - day, more: object = {}) {
  vi.setSystemTime(Date.now() + 1);
  const draft = { form_id, local_uuid: randomUUID(), data, collected_at: at, ...more };
  return (await submitForms.open().single(yard.owner, draft as never)).id;
}

export interface AddedFile {
  /** `photo`, in a repeat `members[2].photo`. */
  readonly fieldId?: string;
  readonly at?: readonly (string | number)[];
  readonly filename?: string;
  readonly bytes?: Buffer;
  readonly isPending?: boolean;
}

/** Links a file to a submission, as it is stored; returns its id. */
export function addFile(yard: Yard, submissionId: string, file: AddedFile = {}): string {
  const { fieldId = 'photo', at = [fieldId], filename = 'photo.jpg', bytes = Buffer.from('a photo') } = file;
  const { reference } = yard.tenant;
  const mediaId = newId(Date.now());
  const facts = { fieldId, filename, contentType: 'image/jpeg', bytes: bytes.length, sha256: sha256(bytes) };
  yard.database.set('main', { ...mediaKeys.link(reference, submissionId, fieldId), mediaId, at, ...facts });
  const { pk, sk } = submissionKeys.body(reference, submissionId);
  const [body] = yard.database.rows('main', (row) => row.pk === pk && row.sk === sk);
  yard.database.set('main', { ...body, hasMedia: true } as never);
  const key = file.isPending ? mediaFiles.pending(reference, mediaId) : mediaFiles.linked(reference, mediaId);
  yard.store.files.set(key, bytes);
  return mediaId;
}

export const ofForm = (scopeId: string, include: string, range: object = {}): Partial<ExportDraft> =>
  ({
    scopeType: 'FORM',
    scopeId,
    includes: [include],
    from: undefined,
    to: undefined,
    ...range,
  }) as Partial<ExportDraft>;

/** An export that is ready, and its files. */
export async function exported(yard: Yard, formId: string, include: string, range: object = {}) {
  const { id } = await yard.ask(ofForm(formId, include, range));
  await yard.work();
  return { id, files: await yard.filesOf(id), job: await yard.get(id) };
}

/** A file that is no archive. */
export async function plainFile(yard: Yard, formId: string, include: string, range: object = {}) {
  const { id } = await yard.ask(ofForm(formId, include, range));
  await yard.work();
  const job = await yard.get(id);
  return { id, job, text: yard.store.open(job.downloadUrl!).toString('utf8') };
}
