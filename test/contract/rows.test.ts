import { expect, test } from 'vitest';
import { isScope } from '../../shared/auth/scopes.ts';
import { contractRows } from './rows.ts';

test('the contract counts its endpoints by part', () => {
  const counts = Map.groupBy(contractRows, ({ part }) => part);
  expect(Object.fromEntries([...counts].map(([part, rows]) => [part, rows.length]))).toEqual({
    service: 6,
    identity: 52,
    geofences: 27,
    devices: 30,
    delivery: 27,
    iot: 123,
    field: 36,
    exports: 9,
  });
});

test('no endpoint is there twice', () => {
  const calls = contractRows.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`);
  expect(calls.filter((call, i) => calls.indexOf(call) !== i)).toEqual([]);
});

test('every row is readable: a method, a known scope, letters and problems of a status', () => {
  for (const row of contractRows) {
    expect(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).toContain(row.method);
    expect(row.path).toMatch(/^\/[^?\s]*$/);
    expect(['public', 'session', 'any'].includes(row.scope) || isScope(row.scope), `${row.path} ${row.scope}`).toBe(
      true,
    );
    for (const letter of row.letters) expect(['N', 'V', 'V400', 'L', 'M', 'I']).toContain(letter);
    for (const { status, code } of row.problems) expect(`${status} ${code}`).toMatch(/^[45]\d\d [A-Z_]+$/);
  }
});
