import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ifMatchPattern } from '../../../lib/openapi/parameters.ts';
import { entityTag, readIfMatch, readIfNoneMatch, requireVersion } from '../../../shared/http/conditional.ts';
import type { Problem } from '../../../shared/problems/problem.ts';

/** Whether a header names version 3, or the status with which it is refused. */
function outcome(header: string): boolean | number {
  try {
    return readIfMatch(header)!.matches(3);
  } catch (error) {
    return (error as Problem).status({ invalid: 422 });
  }
}

describe('If-Match', () => {
  test.each([
    ['"v3"', true],
    ['W/"v3"', true],
    ['v3', true],
    ['3', true],
    ['*', true],
    [' "v1" , "v3" ', true],
    ['"v1",W/"v3"', true],
    ['v1, v3', true],
    ['"v1", *', true],
    ['"a,b", "v3"', true],
    ['"v2"', false],
    ['v1', false],
    ['"v33"', false],
    ['"V3"', false],
    ['"3"', true],
    ['"x"', false],
    ['"x", "é"', false],
    ['""', false],
    ['w/"v3"', 400],
    ['"v3', 400],
    ['v3"', 400],
    ['V3', 400],
    ['v', 400],
    ['latest', 400],
    ['"v3" "v4"', 400],
    ['', 400],
    [',', 400],
    ['"v3",', 400],
    ['-3', 400],
    ['3.0', 400],
  ])('%s names version 3: %s', (header, answer) => {
    expect(outcome(header)).toBe(answer);
  });

  test('takes just what the API document says', () => {
    const published = new RegExp(ifMatchPattern);
    const piece = fc.constantFrom('"v3"', 'W/', '"', 'v', '3', '*', ',', ' ', '\t', 'é', 'x', '""');
    const header = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    fc.assert(fc.property(header, (text) => published.test(text) === (outcome(text) !== 400)));
  });

  test('names nothing but the versions listed', () => {
    const tag = fc.record({ version: fc.nat(50), form: fc.constantFrom('', 'W/', 'v', 'plain') });
    const write = ({ version, form }: { version: number; form: string }) =>
      form === 'plain' ? String(version) : form === 'v' ? `v${version}` : form + entityTag(version);
    fc.assert(
      fc.property(fc.array(tag, { minLength: 1 }), fc.nat(50), (tags, present) => {
        const named = tags.some(({ version }) => version === present);
        expect(readIfMatch(tags.map(write).join(', '))!.matches(present)).toBe(named);
      }),
    );
  });

  test('of any text is understood or refused with 400, in time that grows with its length', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect([true, false, 400]).toContain(outcome(header));
      }),
    );
    const begun = process.cpuUsage();
    for (const part of ['"', ',', '",', '"a",', 'W/', ' ']) outcome(part.repeat(10_000 / part.length));
    expect(process.cpuUsage(begun).user / 1000).toBeLessThan(1000);
  });
});

describe('If-None-Match', () => {
  test.each([
    ['"v3"', true],
    ['W/"v3"', true],
    ['v3', true],
    ['*', true],
    ['"v2"', false],
    ['latest', false],
    ['', false],
  ])('%s knows version 3: %s', (header, knows) => {
    expect(readIfNoneMatch(header)!.matches(3)).toBe(knows);
  });
});

test('a version is required only if the caller names one; the refusal contains the present one', () => {
  expect(readIfMatch(undefined)).toBeUndefined();
  expect(() => requireVersion(undefined, 3)).not.toThrow();
  expect(() => requireVersion(readIfMatch('"v3"'), 3)).not.toThrow();
  expect(() => requireVersion(readIfMatch('"v2"'), 3)).toThrow(
    expect.objectContaining({
      code: 'PRECONDITION_FAILED',
      details: { current_version: 3 },
      message: expect.stringContaining('If-Match: "v3"'),
    }),
  );
});
