import { expect, test } from 'vitest';
import { renderDocument } from '../../../lib/openapi/document.ts';
import { eventSamples } from '../../../lib/openapi/event-samples.ts';
import { addressed } from '../../support/endpoints.ts';
import type { Json } from './walk.ts';

const document = renderDocument(
  addressed.map(({ route }) => route),
  '1.2.3',
) as Json;

/** Types of which no operation shows the thing yet, and the one that is sent on request only. */
const withoutThing = [
  'alert.acknowledged',
  'alert.opened',
  'alert.resolved',
  'custom.event',
  'device.event',
  'webhook.test',
];

test('every type of event has an example of what it tells', () => {
  const samples = Object.entries(eventSamples(document));
  const without = samples.filter(([, { message }]) => message === 'test').map(([type]) => type);
  expect(
    without.filter((type) => !withoutThing.includes(type)),
    'name the component of the thing in lib/openapi/event-samples.ts; it needs an example',
  ).toEqual([]);
  expect(
    withoutThing.filter((type) => !without.includes(type)),
    'the list in this file no longer needs them',
  ).toEqual([]);
});
