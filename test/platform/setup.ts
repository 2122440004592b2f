import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';

/** Runs before each file of the project `routes`: its tests find the whole platform in their own process. */

vi.mock('../../shared/http/assets.ts', async () => ({ asset: (await import('./in-process.ts')).asset }));

const { platform } = await import('./in-process.ts');
const { denied } = await import('../support/grants.ts');

beforeAll(() => platform.startAfresh());

afterEach(() => {
  platform.database.calls.length = 0;
  expect(denied.splice(0), 'rights that a declaration lacks').toEqual([]);
});

afterAll(async () => {
  await platform.queues.idle();
  expect(platform.queues.dead, 'messages that no worker could do').toEqual([]);
});
