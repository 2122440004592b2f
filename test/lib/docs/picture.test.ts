import { expect, test } from 'vitest';
import { picture } from '../../../lib/docs/picture.ts';

test('the picture of README.md is what the demo workspace and the index make of it', async () => {
  await expect(picture()).toMatchFileSnapshot('../../../lib/docs/fences.svg');
});

test('it shows fences, their cells and a checked point', () => {
  const drawn = picture();
  expect(drawn.match(/class="fence" fill-rule/g)).toHaveLength(4);
  expect(drawn.match(/<path class="cell"/g)!.length).toBeGreaterThan(20);
  expect(drawn).toContain('a checked point, in 1 of them: Ferry Building, San Francisco');
});
