import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defaulted, fixed, hidden, optional, required, serverSet } from '../../../shared/entity/fields.ts';
import { defineKind } from '../../../shared/entity/kind.ts';
import { schemasOf } from '../../../shared/entity/schemas.ts';

/** The bodies and the response of a kind, as they are derived from its fields. */

const text = z.string().min(1).max(9);
const fields = {
  name: required(text, z.string()),
  note: optional(text, z.string()),
  tags: defaulted(z.array(text).max(3), z.array(z.string()), ['new']),
  deviceId: fixed(required(text, z.string())),
  createdBy: serverSet(required(z.string(), z.string())),
  secret: hidden(optional(text, z.string())),
};
const things = defineKind({ name: 'thing', letters: 'camelCase', fields, filters: {} });
const example = { name: 'A', note: null, tags: ['new'], deviceId: 'd', createdBy: 'user_1', count: 0 };
const { Draft, Patch, Shown } = schemasOf('Thing', things, example, { count: z.int() });

const refused = (schema: z.ZodType, body: unknown) =>
  schema.safeParse(body).error?.issues.map(({ code, path, ...rest }) => {
    return code === 'unrecognized_keys' && 'keys' in rest ? rest.keys : path;
  });

describe('the body that creates', () => {
  test('says what must be said; null is as good as nothing', () => {
    expect(Draft.parse({ name: 'A', deviceId: 'd' })).toEqual({ name: 'A', deviceId: 'd' });
    const nulls = { name: 'A', deviceId: 'd', note: null, tags: null, secret: null };
    expect(Draft.parse(nulls)).toEqual({ name: 'A', deviceId: 'd' });
    expect(refused(Draft, { note: 'n' })).toEqual([['name'], ['deviceId']]);
  });

  test('may repeat what the server sets, and ignores it', () => {
    const read = { id: 'x', tenantId: 'x', createdAt: 1, updatedAt: 1, version: 9, createdBy: 'me', count: 3 };
    expect(Draft.parse({ name: 'A', deviceId: 'd', ...read })).toEqual({ name: 'A', deviceId: 'd' });
  });

  test('has no other field, and each only in the right form', () => {
    expect(refused(Draft, { name: 'A', deviceId: 'd', created_at: 1, Note: 'n' })).toEqual([['created_at', 'Note']]);
    expect(refused(Draft, { name: '', deviceId: 'd', tags: ['1', '2', '3', '4'] })).toEqual([['name'], ['tags']]);
  });
});

describe('the body that changes', () => {
  test('says nothing it need not; null returns to what is empty', () => {
    expect(Patch.parse({})).toEqual({});
    expect(Patch.parse({ note: null, tags: null })).toEqual({ note: null, tags: ['new'] });
    expect(refused(Patch, { name: null })).toEqual([['name']]);
  });

  test('ignores what stays as it was created', () => {
    expect(Patch.parse({ deviceId: 'other', createdBy: 'me', version: 9 })).toEqual({});
  });
});

describe('the answer', () => {
  const own = { id: '0195a1f4-2c80-7d40-9a51-3f2d6c0e8b11', tenantId: '7b1e3c1a-6f0e-4b8e-9a51-3f2d6c0e8b11' };
  const whole = {
    ...own,
    ...example,
    createdAt: '2026-03-17T10:00:00Z',
    updatedAt: '2026-03-17T10:00:00Z',
    version: 1,
  };

  test('holds every field, in order, and nothing that is hidden', () => {
    const names = ['id', 'tenantId', 'name', 'note', 'tags', 'deviceId', 'createdBy'];
    expect(Object.keys(Shown.shape)).toEqual([...names, 'count', 'createdAt', 'updatedAt', 'version']);
    expect(Shown.parse({ ...whole, secret: 's' })).toEqual(whole);
    expect(refused(Shown, { ...whole, count: undefined })).toEqual([['count']]);
  });

  test('is not held to rules that are for what comes in', () => {
    expect(Shown.safeParse({ ...whole, name: 'longer than nine', tags: ['1', '2', '3', '4'] }).success).toBe(true);
  });

  test('of what never changes has no version; its names are of its own letter case', () => {
    const logs = defineKind({
      name: 'log',
      letters: 'snake_case',
      immutable: true,
      fields: { line: fields.name },
      filters: {},
    });
    expect(Object.keys(schemasOf('Log', logs, { line: 'l' }).Shown.shape)).toEqual(['id', 'line', 'created_at']);
    const notes = defineKind({ name: 'note', letters: 'snake_case', fields: { line: fields.name }, filters: {} });
    const { Draft: NoteDraft, Shown: Note } = schemasOf('Note', notes, { line: 'l' });
    expect(Object.keys(Note.shape)).toEqual(['id', 'line', 'created_at', 'updated_at', 'version']);
    expect(refused(NoteDraft, { line: 'l', tenantId: 'x', createdAt: 'x' })).toEqual([['tenantId', 'createdAt']]);
  });

  test('has an example that fits it, and so have the bodies', () => {
    expect(Shown.meta()).toEqual({ id: 'Thing', example: whole });
    expect(Draft.meta()).toMatchObject({ id: 'ThingDraft', example: { name: 'A', deviceId: 'd' } });
    expect(Patch.meta()).toMatchObject({ id: 'ThingPatch', example: { name: 'A' } });
    for (const schema of [Shown, Draft, Patch]) expect(schema.safeParse(schema.meta()?.example).success).toBe(true);
  });
});
