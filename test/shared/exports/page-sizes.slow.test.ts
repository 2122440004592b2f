import { afterEach, beforeEach, expect, test } from 'vitest';
import { annotationClasses } from '../../../shared/analytics/annotation-classes.ts';
import { annotations } from '../../../shared/analytics/annotations.ts';
import { creates } from '../../../shared/entity/create.ts';
import type { Kind } from '../../../shared/entity/kind.ts';
import type { SourcePage } from '../../../shared/exports/source.ts';
import { sources } from '../../../shared/exports/sources.ts';
import type { Subject, TableInclude } from '../../../shared/exports/terms.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { newId } from '../../../shared/table/ids.ts';
import { deviceEventKeys } from '../../../shared/table/keys/device-events.ts';
import { day, now, Yard, yesterday } from './yard.ts';

/** Large rows make small pages: the worker has 256 MB, and several copies of a page are in it at once. */

let yard: Yard;
beforeEach(() => {
  yard = new Yard();
});
afterEach(() => yard.end());

const mostBytes = 2 * 1024 * 1024;
const text = 'x'.repeat(60_000);

async function pagesOf(include: TableInclude, subject: Subject): Promise<SourcePage[]> {
  const pages: SourcePage[] = [];
  const asked = { ...subject, tenant: yard.tenant, from: yesterday, to: now };
  for await (const page of sources[include].pages(asked, undefined)) pages.push(page);
  for (const { rows } of pages) expect(Buffer.byteLength(JSON.stringify(rows))).toBeLessThan(mostBytes);
  return pages;
}

/** A reader that continues from the position of any page must get the rows that follow it. */
async function requireResumable(include: TableInclude, subject: Subject, pages: readonly SourcePage[]): Promise<void> {
  const asked = { ...subject, tenant: yard.tenant, from: yesterday, to: now };
  for (const [i, { position }] of pages.entries()) {
    const rows: unknown[] = [];
    for await (const page of sources[include].pages(asked, position)) rows.push(...page.rows.map(([id]) => id));
    expect(rows).toEqual(pages.slice(i + 1).flatMap((page) => page.rows.map(([id]) => id)));
  }
}

test('events of 60 KB each', async () => {
  const scopeId = await yard.device();
  const ids = Array.from({ length: 120 }, (_, i) => {
    const [at, id] = [yesterday + i * 1000, newId(i)];
    const event = { id, type: 'door', severity: 'INFO', occurredAt: at, receivedAt: at };
    const key = deviceEventKeys.event(yard.tenant.reference, scopeId, at, id);
    yard.database.set('telemetry', { ...key, ...event, data: JSON.stringify({ text }), ttl: (now + day) / 1000 });
    return id;
  });
  const subject = { scopeType: 'DEVICE', scopeId } as const;
  const pages = await pagesOf('EVENTS', subject);
  expect(pages.flatMap(({ rows }) => rows.map(([id]) => id))).toEqual(ids);
  await requireResumable('EVENTS', subject, pages);
});

test('annotations with values of 60 KB each', async () => {
  const scopeId = await yard.device();
  const fields = Array.from({ length: 50 }, (_, i) => ({
    key: `f${i}`,
    type: 'string',
    required: false,
    options: null,
  }));
  const make = async (kind: Kind, body: object): Promise<string> => {
    const { id } = await creates(kind)
      .open()
      .create(yard.owner, body as never, unrecorded);
    return id;
  };
  const classId = await make(annotationClasses as unknown as Kind, { name: 'Long', fields });
  // 50 texts of 255 characters of four bytes each.
  const values = Object.fromEntries(fields.map(({ key }) => [key, '🚚'.repeat(255)]));
  for (let i = 0; i < 60; i++) {
    const from = new Date(yesterday + i * 1000).toISOString();
    const body = { classId, scopeType: 'DEVICE', scopeId, from, to: null, values, note: null, createdBy: 'system' };
    await make(annotations as unknown as Kind, body);
  }
  const subject = { scopeType: 'DEVICE', scopeId } as const;
  const pages = await pagesOf('ANNOTATIONS', subject);
  expect(pages.flatMap(({ rows }) => rows)).toHaveLength(60);
  await requireResumable('ANNOTATIONS', subject, pages);
});

test('texts of 4 KB each', async () => {
  const { id: scopeId } = await yard.sensor(await yard.device(), 'log', { valueType: 'TEXT' });
  yard.readings(
    scopeId,
    Array.from({ length: 2000 }, (_, i) => [yesterday + i * 10_000, 'x'.repeat(4000)] as const),
  );
  const pages = await pagesOf('READINGS', { scopeType: 'SENSOR', scopeId });
  expect(pages.flatMap(({ rows }) => rows)).toHaveLength(2000);
});
