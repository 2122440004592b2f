import { vi } from 'vitest';
import type { Caller } from '../../../shared/auth/caller.ts';
import { creates } from '../../../shared/entity/create.ts';
import { createForms } from '../../../shared/fieldwork/create.ts';
import { projects } from '../../../shared/fieldwork/projects.ts';
import { publishForms } from '../../../shared/fieldwork/publish.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import type { MediaRow } from '../../../shared/media/record.ts';
import type { TendMediaMessage } from '../../../shared/messages/media.ts';
import { dueSweeper } from '../../../shared/relay/due-sweeper.ts';
import { submitInBulk } from '../../../shared/submissions/bulk.ts';
import { readSubmissions } from '../../../shared/submissions/read.ts';
import { submitForms } from '../../../shared/submissions/submit.ts';
import { newId } from '../../../shared/table/ids.ts';
import { workspaceKeys } from '../../../shared/table/keys/workspaces.ts';
import { beginUploads } from '../../../shared/uploads/begin.ts';
import { completeUploads } from '../../../shared/uploads/complete.ts';
import { tendMedia } from '../../../shared/uploads/tend.ts';
import { uploadMedia } from '../../../shared/uploads/upload.ts';
import type { FreeObject } from '../../../shared/wire/free-object.ts';
import { takeMessages } from '../../support/aws-fake.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { photo } from '../../support/forms.ts';
import { S3Fake } from '../../support/s3-fake.ts';
import { caller, workspaceOf } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';

/** Phones that send submissions and photos, without the API: a workspace in memory, the store, and the queue of the worker. */

const origin = 'https://api.example.com';

const face = { id: 'face', type: 'photo', label: 'Face' };
const schema = {
  title: 'Survey',
  fields: [
    { id: 'front', type: 'photo', label: 'Front' },
    { id: 'members', type: 'repeat', label: 'Members', fields: [face] },
  ],
};
/** The media fields of every submission. */
export const places = ['front', 'members[0].face', 'members[1].face'] as const;
const data = { front: 'a.jpg', members: [{ face: 'b.jpg' }, { face: 'c.jpg' }] };

export class Yard {
  readonly database = new DynamoDbFake();
  readonly store = new S3Fake();
  readonly caller: Caller = caller();
  readonly #reference = this.caller.tenant.reference;
  waiting: TendMediaMessage[] = [];
  readonly #silence = takeMessages(({ MessageBody }) => void this.waiting.push(JSON.parse(MessageBody)));
  readonly #seen = new Set<string>();
  formId = '';

  constructor() {
    catchOutput();
    process.env.MEDIA_TEND_QUEUE_URL = 'https://sqs/media-tend';
    vi.useFakeTimers({ now: Date.parse('2026-03-22T12:00:00Z'), toFake: ['Date'] });
    const workspace = workspaceOf(this.caller.tenant);
    this.database.set('main', { ...workspaceKeys.workspace(this.#reference), ...workspace });
  }

  end(): void {
    this.#silence();
    this.store.restore();
    this.database.restore();
    vi.restoreAllMocks();
    vi.useRealTimers();
  }

  async publishForm(): Promise<void> {
    const { id: project_id } = await creates(projects)
      .open()
      .create(this.caller, { name: 'P' } as never, unrecorded);
    this.formId = newId(Date.now());
    const once = { ...unrecorded, objectId: this.formId };
    await createForms.open().create(this.caller, { project_id, name: 'Survey', schema }, once);
    await publishForms.open().publish(this.caller, this.formId, undefined, unrecorded);
  }

  #tick = () => vi.setSystemTime(Date.now() + 1);

  async upload(localUuid: string, place: string, content: number): Promise<string> {
    this.#tick();
    const file = { filename: `${content}.jpg`, bytes: photo(content) };
    const form = { file, submission_local_uuid: localUuid, field_id: place };
    return (await uploadMedia.open().upload(this.caller, form, origin)).body.media_file_id;
  }

  /** Uploads with a link. Each step is repeated until it succeeds. */
  async uploadLarge(
    localUuid: string,
    place: string,
    content: number,
    again: <T>(act: () => Promise<T>) => Promise<T>,
  ) {
    this.#tick();
    const bytes = photo(content);
    const draft = {
      filename: `${content}.jpg`,
      content_type: 'image/jpeg',
      size_bytes: bytes.length,
      submission_local_uuid: localUuid,
      field_id: place,
    };
    const { media_file_id, url, headers } = await again(() => beginUploads.open().begin(this.caller, draft, origin));
    this.store.upload(url, bytes, headers);
    await again(() => completeUploads.open().complete(this.caller, media_file_id));
  }

  #draft = (local_uuid: string, given: FreeObject = data) => ({ form_id: this.formId, local_uuid, data: given });

  /** @param given other data than that of `places` */
  async submit(localUuid: string, given?: FreeObject): Promise<string> {
    this.#tick();
    return (await submitForms.open().single(this.caller, this.#draft(localUuid, given))).id;
  }

  async submitAll(localUuids: readonly string[]): Promise<void> {
    this.#tick();
    await submitInBulk.open().bulk(
      this.caller,
      localUuids.map((one) => this.#draft(one)),
    );
  }

  read = (id: string) => readSubmissions.open().get(this.caller, id, origin);

  relay(): void {
    for (const { pk, sk, orders } of this.database.rows('main', (row) => String(row.pk).includes('#published#'))) {
      if (this.#seen.has(`${pk} ${sk}`)) continue;
      this.#seen.add(`${pk} ${sk}`);
      const all = JSON.parse(String(orders ?? '[]')) as { worker: string; message: TendMediaMessage }[];
      this.waiting.push(...all.map(({ message }) => message));
    }
  }

  /** Delivers the next message to the worker. A message that fails is redelivered. */
  async step(): Promise<void> {
    this.relay();
    const next = this.waiting.shift();
    if (!next) return;
    await tendMedia
      .open()
      .tend(next)
      .catch(() => void this.waiting.push(next));
  }

  async work(): Promise<void> {
    this.relay();
    for (let i = 0; this.waiting.length > 0; i++) {
      if (i > 500) throw new Error('It never ends');
      await this.step();
      this.relay();
    }
  }

  /** Lets time pass, and does the work that is due. */
  async later(milliseconds: number): Promise<void> {
    vi.setSystemTime(Date.now() + milliseconds);
    await dueSweeper.open().sweep();
    await this.work();
  }

  /** All records of files. */
  files = (): MediaRow[] =>
    this.database.rows(
      'main',
      ({ pk, sk }) => String(pk).includes('#media#') && sk === 'file',
    ) as unknown as MediaRow[];

  /** The bytes that count toward the plan. */
  counted = (): number =>
    this.database
      .rows('access', ({ sk }) => String(sk).startsWith('storage_bytes'))
      .reduce((sum, { used }) => sum + Number(used), 0);

  /** The submissions of the events `submission.created`, one for each event. */
  created = (): string[] =>
    this.database
      .rows('main', ({ action }) => action === 'submission.created')
      .map(({ resourceId }) => String(resourceId));
}
