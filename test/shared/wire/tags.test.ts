import { describe, expect, test } from 'vitest';
import { itemsOf } from '../../../shared/bulk/item.ts';
import { BulkItemInput } from '../../../shared/bulk/wire.ts';
import { GeofenceDraft } from '../../../shared/geofences/wire.ts';
import { SyncPlanRequest } from '../../../shared/sync/wire.ts';
import { Tags } from '../../../shared/wire/tags.ts';

/** Contract 2.3, wherever tags are accepted. */

const accepts: Record<string, (tag: string) => boolean> = {
  'a list of tags': (tag) => Tags.safeParse([tag]).success,
  'a geofence': (tag) => GeofenceDraft.safeParse({ name: 'A', latitude: 1, longitude: 1, tags: [tag] }).success,
  'an item of a batch': (tag) =>
    itemsOf([BulkItemInput.parse({ address: 'A', tags: [tag] })])[0]?.tagFault === undefined,
  'an item of a plan': (tag) => SyncPlanRequest.safeParse({ items: [{ externalId: 'a', tags: [tag] }] }).success,
  'the scope of a plan': (tag) =>
    SyncPlanRequest.safeParse({ items: [{ externalId: 'a' }], deleteMissing: true, scope: { tag } }).success,
};

const zwj = '\u200D';
const zwnj = '\u200C';

describe.each(Object.entries(accepts))('%s takes', (_name, isAccepted) => {
  test.each([
    'tier:gold',
    'a',
    '7',
    'customer:acme/eu-1_b.c@d+e f',
    'दिल्ली',
    `क्${zwj}ष`,
    `ශ්${zwj}රී ලංකාව`,
    `അവന്${zwj}`,
    `می${zwnj}خواهم`,
    'مُحَمَّد',
    'กรุงเทพ',
    'தமிழ்',
    '東京都',
    '서울',
    '서울'.normalize('NFD'),
    'ᠮᠣᠩᠭᠣᠯ᠋',
    'Zürich'.normalize('NFD'),
    'ℝ𝔸',
    '𠮷'.repeat(64),
    '१२३',
  ])('%s', (tag) => {
    expect(isAccepted(tag)).toBe(true);
  });

  test.each([
    ['nothing', ''],
    ['a space first', ' a'],
    ['a space last', 'a '],
    ['punctuation first', '-a'],
    ['a mark first', '\u0301a'],
    ['a mark behind a space', 'a \u0301'],
    ['a joiner first', `${zwj}a`],
    ['a joiner last', `a${zwj}`],
    ['two joiners', `क्${zwj}${zwj}ष`],
    ['a joiner between digits', `1${zwnj}2`],
    ['an invisible letter', '\u3164'],
    ['an invisible letter last', 'a\uFFA0'],
    ['a zero-width space', 'a\u200Bb'],
    ['a mark of direction', 'a\u202Eb'],
    ['a tab', 'a\tb'],
    ['a line end last', 'a\n'],
    ['a comma', 'a,b'],
    ['a symbol', 'a🙂'],
    ['half a character', 'a\uD800'],
    ['65 characters', 'a'.repeat(65)],
    ['65 characters of four bytes', '𠮷'.repeat(65)],
  ])('not %s', (_what, tag) => {
    expect(isAccepted(tag)).toBe(false);
  });
});

test('as many as 20', () => {
  const tags = Array.from({ length: 21 }, (_, i) => `${i}`);
  expect(Tags.safeParse(tags.slice(1)).success).toBe(true);
  expect(Tags.safeParse(tags).success).toBe(false);
});

test('a huge text is refused at once', () => {
  const from = performance.now();
  expect(Tags.safeParse([`a${'क्'.repeat(2e6)}!`]).success).toBe(false);
  expect(performance.now() - from).toBeLessThan(1000);
});
