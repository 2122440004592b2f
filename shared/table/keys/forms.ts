import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, padded, partition } from '../key.ts';

/** Forms, in the Main table. */
export const formKeys = {
  /** The thin row of a form, for lists, with its assignments. */
  thin: (tenant: TenantReference, id: string) => key(`${tenant}#form`, id),
  thins: (tenant: TenantReference) => partition(`${tenant}#form`),
  /** The form itself. It exists exactly as long as the form. */
  body: (tenant: TenantReference, id: string) => key(`${tenant}#form#${id}`, 'body'),
  version: (tenant: TenantReference, id: string, versionId: string) =>
    key(`${tenant}#form#${id}`, `version#${versionId}`),
  /** One part of a text of the form, such as a schema. A text is never changed. */
  text: (tenant: TenantReference, id: string, textId: string, part: number) =>
    key(`${tenant}#form#${id}`, `text#${textId}#${padded(part)}`),
  /** The body, the versions and the texts. */
  rows: (tenant: TenantReference, id: string) => partition(`${tenant}#form#${id}`),
  /** The number of forms of a project. */
  count: (tenant: TenantReference, projectId: string) => key(`${tenant}#project-forms`, projectId),
  /** The mark of a deleted form whose submissions are not removed yet. */
  gone: (tenant: TenantReference, id: string) => key(`${tenant}#form-gone`, id),
  allGone: (tenant: TenantReference) => partition(`${tenant}#form-gone`),
};

/** Bounds of the sort keys of the versions of a form. */
export const versionsOfForm: readonly [first: string, last: string] = ['version#', 'version#~'];
