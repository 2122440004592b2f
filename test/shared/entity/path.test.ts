import { expect, test } from 'vitest';
import { valuesAt, without } from '../../../shared/entity/path.ts';

/** Ids at any place in the fields of an entity. */

const values = {
  siteId: 's',
  none: null,
  scope: { sensorId: 'a', other: 1 },
  channelIds: ['a', 'b', 'a'],
  widgets: [{ config: { sensorIds: ['a', 'c'] } }, { config: null }, {}, { config: { sensorIds: [] } }],
};

test.each([
  ['siteId', [['s', ['siteId']]]],
  ['none', []],
  ['absent', []],
  ['scope.sensorId', [['a', ['scope', 'sensorId']]]],
  ['scope.sensorId.more', []],
  [
    'channelIds',
    [
      ['a', ['channelIds', 0]],
      ['b', ['channelIds', 1]],
      ['a', ['channelIds', 2]],
    ],
  ],
  [
    'widgets.config.sensorIds',
    [
      ['a', ['widgets', 0, 'config', 'sensorIds', 0]],
      ['c', ['widgets', 0, 'config', 'sensorIds', 1]],
    ],
  ],
])('at %s: %j', (path, expected) => {
  expect(valuesAt(values, path).map(({ value, at }) => [value, at])).toEqual(expected);
});

test.each([
  ['siteId', 's', { siteId: null }],
  ['siteId', 'x', {}],
  ['none', 's', {}],
  ['absent', 's', {}],
  ['scope.sensorId', 'a', { scope: { sensorId: null, other: 1 } }],
  ['channelIds', 'a', { channelIds: ['b'] }],
  ['channelIds', 'x', {}],
])('%s without %s', (path, gone, changed) => {
  const before = structuredClone(values);
  expect(without(values, path, gone)).toEqual({ ...values, ...changed });
  expect(values).toEqual(before);
});

test('gone from every list on the way', () => {
  const { widgets } = without(values, 'widgets.config.sensorIds', 'a');
  expect(widgets).toEqual([{ config: { sensorIds: ['c'] } }, { config: null }, {}, { config: { sensorIds: [] } }]);
});
