import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyLimitOf, bodyOf, maxBodyBytes, readJson } from '../../../shared/http/body.ts';
import type { Problem } from '../../../shared/problems/problem.ts';

const json = (text: string | undefined, headers: Record<string, string> = {}) =>
  readJson({ body: text === undefined ? undefined : bodyOf(text, false), headers }, maxBodyBytes).value;
const ofBytes = (bytes: Uint8Array, headers: Record<string, string> = {}) =>
  readJson({ body: bodyOf(Buffer.from(bytes).toString('base64'), true), headers }, maxBodyBytes).value;

/** The code and the sentence of the error. */
function refusal(read: () => unknown): string {
  try {
    return `accepted ${JSON.stringify(read())}`;
  } catch (error) {
    const { code, message } = error as Problem;
    return `${code}: ${message}`;
  }
}

describe('a JSON body', () => {
  test.each([
    undefined,
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/geo+json',
  ])('is read as %s', (type) => {
    expect(json('{"a":1}', type === undefined ? {} : { 'content-type': type })).toEqual({ a: 1 });
  });

  test.each([
    [{ 'content-type': 'text/plain' }, 'Send JSON with "Content-Type: application/json", not "text/plain".'],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 'not "application/x-www-form-urlencoded".'],
    [{ 'content-type': 'multipart/form-data; boundary=x' }, 'not "multipart/form-data".'],
    [{ 'content-type': 'json' }, 'not "json".'],
    [{ 'content-type': 'application/json; charset=iso-8859-1' }, 'JSON is sent in UTF-8, not in "iso-8859-1".'],
    [{ 'content-type': 'application/json; charset=utf-16' }, 'not in "utf-16".'],
    [{ 'content-encoding': 'gzip' }, 'Send the body as it is, not with "Content-Encoding: gzip".'],
  ])('is refused with %o', (headers: Record<string, string>, sentence) => {
    expect(refusal(() => json('{}', headers))).toMatch(/^UNSUPPORTED_MEDIA_TYPE: /);
    expect(refusal(() => json('{}', headers))).toContain(sentence);
  });

  test('must be there', () => {
    expect(refusal(() => json(undefined))).toBe('MALFORMED_JSON: The body is empty; send a JSON object.');
  });

  test('may have 4 MiB, and not a byte more', () => {
    const body = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;
    expect(json(body(maxBodyBytes))).toHaveLength(maxBodyBytes - 2);
    expect(() => json(body(maxBodyBytes + 1))).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE', details: { max_bytes: 4 * 1024 * 1024 } }),
    );
    expect(refusal(() => json(`"${'ä'.repeat(maxBodyBytes / 2)}"`))).toMatch(/^PAYLOAD_TOO_LARGE/);
    expect(refusal(() => ofBytes(Buffer.alloc(maxBodyBytes + 1, 'x')))).toMatch(/^PAYLOAD_TOO_LARGE/);
  });

  test('of a stranger may have 8 KiB, unless its route says otherwise', () => {
    expect(bodyLimitOf({ scope: 'public' })).toBe(8192);
    expect(bodyLimitOf({ scope: 'public', maxBodyBytes: 65_536 })).toBe(65_536);
    expect(bodyLimitOf({ scope: 'session' })).toBe(maxBodyBytes);
  });
});

describe('a body that is not JSON', () => {
  test.each([
    ['{', "expected property name or '}' at position 1"],
    ['{"a":1,}', 'expected double-quoted property name at position 7'],
    ["{'a':1}", "expected property name or '}' at position 1"],
    ['{"a":1}}', 'unexpected non-whitespace character at position 7'],
    ['[1,2', "expected ',' or ']' after array element at position 4"],
    ['{"a":', 'it ends too early'],
    ['NaN', 'it is unreadable'],
    ['{"a":é}', 'the character U+00E9 is not expected where it stands'],
    ['\u0000', 'the character U+0000 is not expected where it stands'],
    ['\u{1f600}', 'a character is not expected where it stands'],
    ['undefined', 'it is unreadable'],
    ['"a\u0001"', 'bad control character in string literal at position 2'],
    ['\ufeff{"a":1}', 'it begins with a byte order mark; send it without one'],
    ['\u001f\ufffd\b', 'it is compressed; send it as it is, without a Content-Encoding'],
    [String.raw`"\ud83d"`, 'a string holds half of a surrogate pair, which is no character'],
    ['{"a":{"b":1,"b":2}}', 'an object has the same key twice'],
    [String.raw`{"a":1,"\u0061":2}`, 'an object has the same key twice'],
    [`${'['.repeat(129)}${']'.repeat(129)}`, 'it is nested more than 128 levels deep'],
  ])('%j is refused with the reason', (text, why) => {
    expect(refusal(() => json(text))).toBe(`MALFORMED_JSON: The body is not JSON: ${why}.`);
  });

  test('is reported without a byte of it, whatever it contains', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.string({ unit: 'binary' }), (bytes, text) => {
        for (const thrown of [refusal(() => ofBytes(bytes)), refusal(() => json(`{${text}`))]) {
          expect(thrown).toMatch(/^(accepted|[\x20-\x7e]{1,200}$)/);
        }
      }),
    );
  });

  test.each([4_500, 100_000, 2_000_000])(
    'nested %i levels deep is refused, even with an escaped emoji in it',
    (levels) => {
      const text = `${'['.repeat(levels)}"\\ud83d\\ude00"${']'.repeat(levels)}`;
      expect(refusal(() => json(text))).toContain('nested more than 128 levels deep');
    },
  );

  test('with 128 levels is JSON', () => {
    expect(json(`${'['.repeat(128)}${']'.repeat(128)}`)).toHaveLength(1);
  });

  test('is one whose bytes are not UTF-8: nothing is stored that was not sent', () => {
    const latin1 = Buffer.from('{"name":"Caf\xe9"}', 'latin1');
    const cut = Buffer.from('{"name":"😀"}').subarray(0, 12);
    const surrogate = Buffer.from([0x22, 0xed, 0xa0, 0xbd, 0x22]);
    const overlong = Buffer.from([0x22, 0xc0, 0xaf, 0x22]);
    for (const bytes of [latin1, cut, surrogate, overlong]) {
      expect(refusal(() => ofBytes(bytes))).toBe('MALFORMED_JSON: The body is not JSON: its bytes are not UTF-8.');
      // A proxy has decoded the bytes as text.
      expect(refusal(() => json(bytes.toString('utf8')))).toMatch(
        /^MALFORMED_JSON: .* its bytes are not UTF-8, or .* U\+FFFD/,
      );
    }
    expect(ofBytes(Buffer.from('{"name":"Café \ufffd"}'))).toEqual({ name: 'Café \ufffd' });
    expect(json(String.raw`{"name":"\ufffd"}`)).toEqual({ name: '\ufffd' });
  });

  test('is one with a byte order mark, or compressed, as bytes too', () => {
    expect(refusal(() => ofBytes(Buffer.from('\ufeff{}')))).toContain('byte order mark');
    expect(refusal(() => ofBytes(gzipSync('{}')))).toContain('compressed');
  });
});
