import { describe, expect, test } from 'vitest';
import { renderDocument } from '../../../lib/openapi/document.ts';
import { canonicalNetwork } from '../../../shared/auth/network.ts';
import { checkCsr } from '../../../shared/certificates/csr.ts';
import { exampleCsr } from '../../../shared/certificates/example-csr.ts';
import { bboxQuery, nearQuery } from '../../../shared/geofences/place-query.ts';
import { newCsr, rsa } from '../../support/csr.ts';
import { addressed } from '../../support/endpoints.ts';
import { type Json, resolvedIn } from './walk.ts';

/** Patterns in the document for texts that code parses: they match every text that is accepted, and refuse simple errors. */

const document = renderDocument(
  addressed.map(({ route }) => route),
  '1.2.3',
) as Json;

const parameter = (operation: string, name: string): RegExp => {
  const all = Object.values<Json>(document.paths).flatMap((path) => Object.values<Json>(path));
  const { parameters } = all.find(({ operationId }) => operationId === operation);
  const [one] = parameters.map((p: Json) => resolvedIn(document, p)).filter((p: Json) => p.name === name);
  return new RegExp(one.schema.pattern);
};
const field = (component: string, name: string): RegExp => {
  const { pattern, items } = document.components.schemas[component].properties[name];
  return new RegExp(pattern ?? items.pattern);
};
const reads = (read: (text: string) => unknown) => (text: string) => {
  try {
    return read(text) !== undefined;
  } catch {
    return false;
  }
};

describe.each<[string, RegExp, (text: string) => boolean, taken: string[], refused: string[]]>([
  [
    'bbox',
    parameter('listGeofences', 'bbox'),
    (text) => bboxQuery.safeParse(text).success,
    ['-122.6,37.6,-122.3,37.9', '170, -20, -170, -10', '-180,-90,180,90', '0.,.5,1e1,+2'],
    ['', '1,2,3', '1,2,3,4,5', 'a,b,c,d', '1,2,,4', '1;2;3;4'],
  ],
  [
    'near',
    parameter('listGeofences', 'near'),
    (text) => nearQuery.safeParse(text).success,
    ['37.7955,-122.3937', '37.7955,-122.3937,500', '-90,180,0'],
    ['', '1', '1,2,3,4', 'here', '1,2,'],
  ],
  [
    'a network',
    field('ApiKeyDraft', 'allowed_cidrs'),
    reads(canonicalNetwork),
    ['203.0.113.0/24', '2001:db8::/32', '::/0', '::ffff:10.0.0.0/104'],
    ['', '203.0.113.0', 'example.com/8', '203.0.113.0/-1', '203.0.113.0/8 '],
  ],
  [
    'a certificate request',
    field('ProvisionRequest', 'csr'),
    reads(checkCsr),
    [
      exampleCsr,
      exampleCsr.replaceAll('\n', '\r\n'),
      exampleCsr.replaceAll('CERTIFICATE', 'NEW CERTIFICATE'),
      ` ${await newCsr()}\n`,
      await newCsr(rsa(3072)),
    ],
    ['', 'nonsense', exampleCsr.replaceAll(' REQUEST', ''), `${exampleCsr}x`],
  ],
  [
    'an idempotency key',
    parameter('createGeofence', 'Idempotency-Key'),
    (text) => /^[\x20-\x7e]+$/.test(text),
    ['a', 'depot-1', 'of 2 words', '~!'],
    ['', 'é', 'a\tb'],
  ],
])('%s', (_, form, takes, taken, refused) => {
  test.each(taken)('may be %j', (text) => expect([form.test(text), takes(text)]).toEqual([true, true]));
  test.each(refused)('is not %j', (text) => expect([form.test(text), takes(text)]).toEqual([false, false]));
});

test('the query of a device group has a condition', () => {
  expect(document.components.schemas.DeviceQueryDraft.minProperties).toBe(1);
});
