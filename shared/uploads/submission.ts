import type { VersionRow } from '../fieldwork/versions.ts';
import { MediaFields } from '../forms/media-fields.ts';
import { dataOf } from '../submissions/data.ts';
import { schemasAt } from '../submissions/programs.ts';
import { type BodyRow, dateIn, type GuardRow, holderIn } from '../submissions/submission.ts';
import { formKeys } from '../table/keys/forms.ts';
import { submissionKeys } from '../table/keys/submissions.ts';
import { Table } from '../table/table.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';

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
  const holder = holderIn(guard);
  if (!holder) return { guard, submission: undefined };
  const keys = [submissionKeys.body(reference, holder.id), formKeys.body(reference, holder.formId)];
  const [body, form] = (await main.getMany(keys)) as unknown as [BodyRow | undefined, object | undefined];
  return { guard, submission: form && body };
}

/** Its media fields; undefined if it is being removed. */
export async function mediaFieldsOf(workspace: WorkspaceRow, body: StoredSubmission): Promise<MediaFields | undefined> {
  const { reference } = workspace;
  const [version, data] = await Promise.all([
    main.get<VersionRow>(formKeys.version(reference, body.formId, body.versionId)),
    dataOf(reference, body),
  ]);
  if (!version || !data) return undefined;
  const schemas = await schemasAt(reference, [{ formId: body.formId, stored: version.schema }]);
  const schema = schemas.get(version.schema.id);
  return schema && new MediaFields(schema, data, dateIn(workspace.timezone ?? 'UTC', body.collectedAt));
}
