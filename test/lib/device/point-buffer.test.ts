import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SentPoint } from '../../../lib/device/drive.ts';
import { PointBuffer } from '../../../lib/device/point-buffer.ts';

/** Points on disk: none is lost and none is sent before an older one, whenever the process ends. */

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hexfence-buffer-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const point = (i: number): SentPoint => ({ latitude: i / 1000, longitude: 0, recordedAt: new Date(i).toISOString() });
const numbers = (points: readonly SentPoint[] = []) => points.map(({ recordedAt }) => Date.parse(recordedAt));

describe('the buffer', () => {
  test('holds a message of at most 100 points a file, readable by its owner alone', () => {
    const buffer = new PointBuffer(join(directory, 'unsent'));
    for (let i = 0; i < 250; i++) buffer.add(point(i));
    const files = readdirSync(join(directory, 'unsent'));
    expect([files.length, buffer.size, buffer.oldest()!.points.length]).toEqual([3, 250, 100]);
    for (const file of files) expect(statSync(join(directory, 'unsent', file)).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'unsent')).mode & 0o777).toBe(0o700);
  });

  test('adds nothing to points that are on their way', () => {
    const buffer = new PointBuffer(directory);
    buffer.add(point(1));
    const batch = buffer.oldest()!;
    buffer.add(point(2));
    expect(numbers(buffer.oldest()!.points)).toEqual([1]);
    buffer.drop(batch);
    expect([numbers(buffer.oldest()!.points), buffer.size]).toEqual([[2], 1]);
  });

  test('loses only the line that was being written when the power went', () => {
    const buffer = new PointBuffer(directory);
    for (let i = 0; i < 3; i++) buffer.add(point(i));
    appendFileSync(join(directory, buffer.oldest()!.file), '{"latitude":1,"longi');
    writeFileSync(join(directory, '000000000000.jsonl'), '{"lat');
    writeFileSync(join(directory, 'notes.txt'), 'x');
    const after = new PointBuffer(directory);
    after.add(point(3));
    expect(after.size).toBe(4);
    const batch = after.oldest()!;
    expect(numbers(batch.points)).toEqual([0, 1, 2]);
    after.drop(batch);
    expect(numbers(after.oldest()!.points)).toEqual([3]);
    expect(readdirSync(directory)).toEqual(['000000000002.jsonl', 'notes.txt']);
  });

  test('gives the oldest up when it is full', () => {
    const buffer = new PointBuffer(directory, 2);
    for (let i = 0; i < 350; i++) buffer.add(point(i));
    expect([buffer.size, numbers(buffer.oldest()!.points)[0], readdirSync(directory).length]).toEqual([150, 200, 2]);
  });

  test('is a queue, across restarts', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), count: fc.integer({ min: 1, max: 130 }) }),
      fc.constant({ kind: 'send' as const, count: 0 }),
      fc.constant({ kind: 'fail' as const, count: 0 }),
      fc.constant({ kind: 'restart' as const, count: 0 }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const own = mkdtempSync(join(directory, 'run-'));
        let buffer = new PointBuffer(own);
        const waiting: number[] = [];
        let next = 0;
        for (const { kind, count } of steps) {
          for (let i = 0; i < count; i++) {
            buffer.add(point(next));
            waiting.push(next++);
          }
          if (kind === 'restart') buffer = new PointBuffer(own);
          if (kind !== 'send' && kind !== 'fail') continue;
          const batch = buffer.oldest();
          const sent = numbers(batch?.points);
          expect(sent).toEqual(waiting.slice(0, sent.length));
          expect(sent.length > 0).toBe(waiting.length > 0);
          expect(sent.length).toBeLessThanOrEqual(100);
          if (kind === 'send' && batch) {
            buffer.drop(batch);
            waiting.splice(0, sent.length);
          }
        }
        expect(buffer.size).toBe(waiting.length);
      }),
      { numRuns: 60 },
    );
  });
});
