import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { ownerFor } from '../auth/own.ts';
import { accountIfAny } from '../auth/person.ts';
import type { Role } from '../auth/scopes.ts';
import { notFound } from '../problems/problem.ts';
import { createdAtOf } from '../table/ids.ts';
import { formKeys } from '../table/keys/forms.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { FreeObject } from '../wire/free-object.ts';
import { printInstant } from '../wire/schema.ts';
import { readTexts, type StoredText } from './texts.ts';
import type { Form, FormListItem } from './wire.ts';

/** Forms as rows, who sees them, and how they are shown. */

export interface Published {
  readonly versionId: string;
  readonly num: number;
  readonly schema: StoredText;
}

/** A form without its texts. */
export interface FormRow {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly updatedAt: number;
  readonly version: number;
  /** The newest published version. */
  readonly published?: Published;
  /** The schema of the open draft. */
  readonly draft?: StoredText;
  /** What its ids have been published as; see `shared/forms/stability.ts`. */
  readonly ids?: StoredText;
}

/** The row of a form in lists. */
export interface ThinRow {
  readonly sk: string;
  readonly projectId: string;
  readonly name: string;
  readonly published: boolean;
  /** The number of the newest published version. */
  readonly num?: number;
  /** The roles and users that it is assigned to; both absent when it is everyone's. Ids of users have 16 bytes. */
  readonly roles?: readonly string[];
  readonly users?: Uint8Array;
}

const main = new Table('main');

/** Whether a caller may see forms and schemas that are not published. */
export const seesDrafts = ({ scopes }: Caller): boolean => scopes.has('forms:write');

const idBytes = 16;
const bytesOf = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');

export const packUsers = (ids: readonly string[]): Uint8Array => Buffer.concat(ids.map(bytesOf));

export function unpackUsers(packed: Uint8Array = new Uint8Array()): string[] {
  const text = Buffer.from(packed).toString('hex');
  const ids = text.match(/.{32}/g) ?? [];
  return ids.map((id) => id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
}

/** Whether a form is assigned to a user of a role, or is everyone's. */
export function isAssigned({ roles, users }: ThinRow, id: string, role: Role): boolean {
  if (!roles && !users) return true;
  if (roles?.includes(role)) return true;
  const [all, wanted] = [Buffer.from(users ?? []), bytesOf(id)];
  for (let at = 0; at < all.length; at += idBytes) if (all.subarray(at, at + idBytes).equals(wanted)) return true;
  return false;
}

/**
 * Whether a form exists for a caller. Callers who may not change forms see only published ones; field workers and
 * phones see only assigned ones.
 */
export function isVisible(caller: Caller, thin: ThinRow): boolean {
  if (!thin.published && !seesDrafts(caller)) return false;
  const account = ownerFor(caller, 'forms:read') === undefined ? undefined : accountIfAny(caller);
  return !account || isAssigned(thin, account.id, account.role);
}

export interface Known {
  readonly row: FormRow;
  readonly thin: ThinRow;
}

/** @throws NOT_FOUND for an unknown form, and for one that the caller does not see */
export async function requireForm(caller: Caller, id: string): Promise<Known> {
  const { reference } = caller.tenant;
  const keys = [formKeys.body(reference, id), formKeys.thin(reference, id)];
  const [row, thin] = (await main.getMany(keys)) as unknown as [FormRow | undefined, ThinRow | undefined];
  if (!row || !thin || !isVisible(caller, thin)) throw notFound('form');
  return { row, thin };
}

/** The schema that a caller sees: the open draft, else the newest published one. */
export async function schemaFor(caller: Caller, row: FormRow): Promise<FreeObject> {
  const stored = (seesDrafts(caller) ? row.draft : undefined) ?? row.published?.schema;
  return await schemaAt(caller.tenant, row.id, stored!);
}

/** A draft may be replaced between the two reads: the form is then read again. */
export async function schemaAt({ reference }: Tenant, formId: string, stored: StoredText): Promise<FreeObject> {
  const [schema] = await readTexts<FreeObject>(reference, [{ formId, stored }]);
  if (!schema) throw lostRace();
  return schema;
}

export function showListItem({ sk, name, projectId, published }: ThinRow): z.input<typeof FormListItem> {
  return { id: sk, name, project_id: projectId, published, created_at: printInstant(createdAtOf(sk)) };
}

export function showForm(caller: Caller, row: FormRow, schema: FreeObject): z.input<typeof Form> {
  const { id, name, projectId, published, draft, updatedAt, version } = row;
  return {
    ...showListItem({ sk: id, name, projectId, published: published !== undefined }),
    schema: { ...schema },
    has_draft: draft !== undefined && seesDrafts(caller),
    form_version_id: published?.versionId ?? null,
    version_num: published?.num ?? null,
    updated_at: printInstant(updatedAt),
    version,
  };
}
