import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ask } from '../../../lib/deploy/prompt.ts';
import { deleteAfterConsent } from '../../../lib/operator/delete-workspace.ts';
import { suspendWorkspace } from '../../../shared/operator/suspension.ts';
import { findWorkspace } from '../../../shared/workspaces/workspaces.ts';
import { catchOutput, type Output } from '../../shared/support/platform.ts';
import { Crew } from '../../shared/users/crew.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { S3Fake } from '../../support/s3-fake.ts';

/** The questions that the operator must answer before a workspace is deleted. */

vi.mock(import('../../../lib/deploy/prompt.ts'), () => ({ ask: vi.fn() }));

let database: DynamoDbFake;
let store: S3Fake;
let crew: Crew;
let output: Output;

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
  output = catchOutput();
  database = new DynamoDbFake();
  store = new S3Fake();
  crew = await Crew.of(database, { slug: 'acme', plan: 'pro' });
  await crew.add('owner', { email: 'ana@example.com' });
  await suspendWorkspace(crew.workspace);
  vi.setSystemTime(Date.now() + 100_000);
});
afterEach(() => {
  database.restore();
  store.restore();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function attempt(answers: readonly string[], yes?: string) {
  vi.mocked(ask).mockReset();
  for (const answer of answers) vi.mocked(ask).mockResolvedValueOnce(answer);
  const outcome = await deleteAfterConsent((await findWorkspace('acme'))!, yes).then(
    () => 'deleted',
    (error: Error) => error.message,
  );
  expect(vi.mocked(ask), 'every answer was asked for').toHaveBeenCalledTimes(answers.length);
  return [outcome, (await findWorkspace('acme')) === undefined];
}

describe('a workspace', () => {
  test.each([
    [[''], 'Nothing was deleted.'],
    [['n'], 'Nothing was deleted.'],
    [['acme'], 'Nothing was deleted.'],
    [['y', ''], 'That is not its slug, "acme". Nothing was deleted.'],
    [['yes', 'Acme'], 'That is not its slug, "acme". Nothing was deleted.'],
  ])('stays after the answers %j', async (answers, outcome) => {
    expect(await attempt(answers)).toEqual([outcome, false]);
  });

  test.each(['', 'ACME', 'demo', 'true'])('stays where a script names another: --yes "%s"', async (yes) => {
    const [outcome, gone] = await attempt([], yes);
    expect([outcome, gone]).toEqual([expect.stringMatching(/^--yes takes the slug.*Nothing was deleted\.$/), false]);
  });

  test('is deleted when the answers are yes and its slug, after the command has shown what will be deleted', async () => {
    expect(await attempt(['y', 'acme'])).toEqual(['deleted', true]);
    expect(output.text()).toMatch(/^ {2}owners +ana@example\.com$/m);
    expect(output.text()).toMatch(/^ {2}users +1 of 25$/m);
    expect(output.text()).toMatch(/^acme is deleted, with (\d+) rows: \d+ in main, 0 in cells, \d+ in access, 0 in /m);
  });

  test('goes without a question where a script names it', async () => {
    expect(await attempt([], 'acme')).toEqual(['deleted', true]);
  });
});
