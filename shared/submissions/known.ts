import type { FormRow } from '../fieldwork/form.ts';
import type { VersionRow } from '../fieldwork/versions.ts';
import type { Schema } from '../forms/schema.ts';
import { notFound, type Problem, problem } from '../problems/problem.ts';
import type { Key } from '../table/key.ts';
import { formKeys } from '../table/keys/forms.ts';
import { submissionKeys } from '../table/keys/submissions.ts';
import { type Row, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { schemasAt } from './programs.ts';
import { type GuardRow, type Holder, holderIn } from './submission.ts';

/** What is read for all submissions of a request at once: their forms, versions and guards. */

/** A submission to take in. */
export interface Given {
  readonly formId: string;
  readonly versionId: string | undefined;
  readonly localUuid: string;
}

/** The form and version that a submission is checked against. */
export interface FormVersion {
  readonly form: FormRow;
  readonly versionId: string;
  readonly num: number;
  readonly schema: Schema;
}

const main = new Table('main');

/** Rows by their keys, each read once. */
async function readAll(keys: readonly Key[]): Promise<Map<string, Row>> {
  const distinct = [...new Map(keys.map((key) => [nameOf(key), key])).values()];
  const rows = await main.getMany(distinct);
  return new Map(distinct.flatMap((key, i) => (rows[i] ? [[nameOf(key), rows[i]] as const] : [])));
}

const nameOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

export class KnownForms {
  readonly #tenant: TenantReference;
  #rows = new Map<string, Row>();
  #schemas = new Map<string, Schema>();

  constructor(tenant: TenantReference) {
    this.#tenant = tenant;
  }

  async read(all: readonly Given[]): Promise<void> {
    const tenant = this.#tenant;
    this.#rows = await readAll(
      all.flatMap(({ formId, versionId, localUuid }) => [
        formKeys.body(tenant, formId),
        submissionKeys.guard(tenant, localUuid),
        ...(versionId === undefined ? [] : [formKeys.version(tenant, formId, versionId)]),
      ]),
    );
    const others = all.flatMap(({ localUuid }) => this.guardOf(localUuid)?.formId ?? []);
    const unread = others.map((id) => formKeys.body(tenant, id)).filter((key) => !this.#rows.has(nameOf(key)));
    for (const [name, row] of await readAll(unread)) this.#rows.set(name, row);
    const wanted = all.flatMap((given) => {
      const stored = this.#versionOf(given)?.schema;
      return stored ? [{ formId: given.formId, stored }] : [];
    });
    this.#schemas = await schemasAt(tenant, wanted);
  }

  /** The submission that has a `local_uuid`, if its form exists. */
  holderOf(localUuid: string): Holder | undefined {
    const holder = holderIn(this.guardOf(localUuid));
    return holder && this.#formOf(holder.formId) ? holder : undefined;
  }

  /** The guard as it was read. It may name a submission of a deleted form. */
  guardOf(localUuid: string): GuardRow | undefined {
    return this.#row<GuardRow>(submissionKeys.guard(this.#tenant, localUuid));
  }

  /** The form and version of a submission, or why there is none. */
  versionFor(given: Given): FormVersion | Problem {
    const form = this.#formOf(given.formId);
    if (!form) return notFound('form');
    if (!form.published) return problem('FORM_NOT_PUBLISHED', 'The form has no published version yet.');
    const version = this.#versionOf(given);
    if (!version) return notFound('form version');
    const schema = this.#schemas.get(version.schema.id);
    // The form was deleted between the two reads.
    return schema ? { form, versionId: version.id, num: version.num, schema } : notFound('form');
  }

  #formOf(id: string): FormRow | undefined {
    return this.#row<FormRow>(formKeys.body(this.#tenant, id));
  }

  #versionOf({ formId, versionId }: Given): Pick<VersionRow, 'id' | 'num' | 'schema'> | undefined {
    const published = this.#formOf(formId)?.published;
    if (!published) return undefined;
    if (versionId === undefined) return { ...published, id: published.versionId };
    return this.#row<VersionRow>(formKeys.version(this.#tenant, formId, versionId));
  }

  #row<R>(key: Key): R | undefined {
    return this.#rows.get(nameOf(key)) as R | undefined;
  }
}
