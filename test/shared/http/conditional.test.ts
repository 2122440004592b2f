import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entityTag, parseVersionMatch, requireVersion } from '../../../shared/http/conditional.ts';

describe('If-Match and If-None-Match', () => {
  test.each([
    ['"v3"', true],
    ['W/"v3"', true],
    ['*', true],
    [' "v1" , "v3" ', true],
    ['"v1",W/"v3"', true],
    ['"v1", *', true],
    ['"v2"', false],
    ['"v33"', false],
    ['v3', false],
    ['3', false],
    ['w/"v3"', false],
    ['"V3"', false],
    ['"v3', false],
    ['', false],
    [',', false],
    ['"x", "é"', false],
  ])('%s matches version 3: %s', (header, matches) => {
    expect(parseVersionMatch(header)?.matches(3)).toBe(matches);
  });

  test('match nothing but the versions listed, whatever else stands there', () => {
    const tag = fc.record({ version: fc.nat(50), weak: fc.boolean() });
    const noise = fc.stringMatching(/^[\w"/ ]{0,8}$/).filter((text) => !/^\s*(W\/)?"v\d+"\s*$/.test(text));
    fc.assert(
      fc.property(fc.array(tag), fc.array(noise), fc.nat(50), (tags, others, present) => {
        const header = [...tags.map(({ version, weak }) => (weak ? 'W/' : '') + entityTag(version)), ...others].join(
          ',',
        );
        expect(parseVersionMatch(header)?.matches(present)).toBe(tags.some(({ version }) => version === present));
      }),
    );
  });
});

test('a version is required only where the caller names one; the refusal tells the present one', () => {
  expect(parseVersionMatch(undefined)).toBeUndefined();
  expect(() => requireVersion(undefined, 3)).not.toThrow();
  expect(() => requireVersion(parseVersionMatch('"v3"'), 3)).not.toThrow();
  expect(() => requireVersion(parseVersionMatch(''), 3)).toThrow();
  expect(() => requireVersion(parseVersionMatch('"v2"'), 3)).toThrow(
    expect.objectContaining({ code: 'PRECONDITION_FAILED', details: { current_version: 3 } }),
  );
});
