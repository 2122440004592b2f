import type { VersionRow } from '../fieldwork/versions.ts';
import { MediaPlaces } from '../forms/media-places.ts';
import { schemasAt } from '../submissions/programs.ts';
import { type BodyRow, dateIn, type GuardRow, partKeys } from '../submissions/submission.ts';
import { formKeys } from '../table/keys/forms.ts';
import { submissionKeys } from '../table/keys/submissions.ts';
import { fromParts } from '../table/parts.ts';
import { Table } from '../table/table.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import type { FreeObject } from '../wire/free-object.ts';

/** The submission to which a file belongs. */

const main = new Table('main');

export type StoredSubmission = BodyRow;

export interface Known {
  /** The row of the `local_uuid`; absent while nobody has used it. */
  readonly guard: GuardRow | undefined;
  /** Absent until it is stored, and once its form is deleted. */
  readonly submission: StoredSubmission | undefined;
}

export async function submissionOf({ reference }: WorkspaceRow, localUuid: string): Promise<Known> {
  const guard = await main.get<GuardRow>(submissionKeys.guard(reference, localUuid));
  const { id, formId } = guard ?? {};
  if (id === undefined || formId === undefined) return { guard, submission: undefined };
  const keys = [submissionKeys.body(reference, id), formKeys.body(reference, formId)];
  const [body, form] = (await main.getMany(keys)) as unknown as [BodyRow | undefined, object | undefined];
  return { guard, submission: form && body };
}

/** The places of its files; undefined if it is being removed. */
export async function placesOf(workspace: WorkspaceRow, body: StoredSubmission): Promise<MediaPlaces | undefined> {
  const { reference } = tenantOf(workspace);
  const versionKey = formKeys.version(reference, body.formId, body.versionId);
  const [version, ...parts] = (await main.getMany([versionKey, ...partKeys(reference, body)])) as unknown as [
    VersionRow | undefined,
    ...({ readonly part: Uint8Array } | undefined)[],
  ];
  if (!version || parts.includes(undefined)) return undefined;
  const schemas = await schemasAt(reference, [{ formId: body.formId, place: version.schema }]);
  const schema = schemas.get(version.schema.id);
  const data = fromParts<FreeObject>([body.data, ...parts.map((one) => one!.part)]);
  return schema && new MediaPlaces(schema, data, dateIn(workspace.timezone ?? 'UTC', body.collectedAt));
}
