import { describe, expect, test } from 'vitest';
import { choose, readAction, readArguments, readNothing, readNumbers } from '../../../lib/command/arguments.ts';
import { CommandProblem, HelpWanted } from '../../../lib/command/problem.ts';

const usage = 'npm run thing -- make --name <name>';
const options = { name: { type: 'string' }, 'dry-run': { type: 'boolean' } } as const;
const read = (...argv: string[]) => readArguments(usage, options, argv);

describe('options', () => {
  test('are read as node does', () => {
    const { values, positionals } = read('make', '--name', 'a', '--dry-run');
    expect([{ ...values }, positionals]).toEqual([{ name: 'a', 'dry-run': true }, ['make']]);
  });

  test.each([['--help'], ['-h'], ['make', '--help'], ['--nonsense', '--help']])('%j asks for help', (...argv) => {
    expect(() => read(...argv)).toThrow(HelpWanted);
    expect(() => read(...argv)).toThrow(`Usage: ${usage}`);
  });

  test.each([
    [['--nmae', 'x'], 'There is no option "--nmae"; did you mean "--name"?'],
    [['--dryrun'], 'There is no option "--dryrun"; did you mean "--dry-run"?'],
    [['--colour'], 'There is no option "--colour"; choose one of --name, --dry-run, --help.'],
    [['--name'], "Option '--name <value>' argument missing"],
  ])('%j is a problem with the usage', (argv, sentence) => {
    expect(() => read(...argv)).toThrow(CommandProblem);
    expect(() => read(...argv)).toThrow(sentence);
    expect(() => read(...argv)).toThrow(`\nUsage: ${usage}`);
  });
});

describe('a command of several forms', () => {
  const action = (...words: string[]) => readAction(usage, words, ['make', 'break'], { more: 1 });

  test('returns which form is meant, and the further words', () => {
    expect(action('make')).toEqual({ action: 'make', rest: [] });
    expect(action('break', 'x')).toEqual({ action: 'break', rest: ['x'] });
  });

  test.each([
    [[], `Usage: ${usage}`],
    [['mkae'], 'There is no command "mkae"; did you mean "make"?'],
    [['destroy'], 'There is no command "destroy"; choose one of make, break.'],
    [['make', 'a', 'b'], 'Unexpected argument "b".'],
  ])('%j is a problem', (words, sentence) => {
    expect(() => action(...words)).toThrow(sentence);
  });
});

test('a command without words takes none', () => {
  expect(() => readNothing('npm run check', [])).not.toThrow();
  expect(() => readNothing('npm run check', ['now'])).toThrow('Unexpected argument "now".');
});

test('numbers come in their order, or are what they are if not given', () => {
  const numbers = (...words: string[]) => readNumbers(usage, [10, 20], words);
  expect([numbers(), numbers('3'), numbers('3', '4')]).toEqual([
    [10, 20],
    [3, 20],
    [3, 4],
  ]);
  for (const words of [['x'], ['1.5'], ['1', '2', '3']])
    expect(() => numbers(...words)).toThrow('is not a whole number');
});

test('a choice is one of the names, or the error suggests one', () => {
  expect(choose('plan', 'pro', ['free', 'pro'])).toBe('pro');
  expect(() => choose('plan', 'por', ['free', 'pro'])).toThrow('There is no plan "por"; did you mean "pro"?');
});
