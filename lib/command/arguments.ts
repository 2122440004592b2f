import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { unknownName } from '../unknown-name.ts';
import { CommandProblem, HelpWanted } from './problem.ts';

type Config<O extends ParseArgsOptionsConfig> = {
  readonly options: O;
  readonly allowPositionals: true;
  readonly args: string[];
};

/**
 * Reads the arguments of a command.
 *
 * @param usage its forms, one per line
 * @throws HelpWanted for `--help`
 * @throws CommandProblem for an unknown option, with a suggestion
 */
export function readArguments<const O extends ParseArgsOptionsConfig>(
  usage: string,
  options: O,
  argv: readonly string[] = process.argv.slice(2),
): ReturnType<typeof parseArgs<Config<O>>> {
  if (argv.some((word) => ['--help', '-h'].includes(word))) throw new HelpWanted(`Usage: ${usage}`);
  try {
    return parseArgs<Config<O>>({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw misused(usage, sentence(error as Error, Object.keys(options)));
  }
}

function sentence({ message }: Error, options: readonly string[]): string {
  const unclear = /^Option '(?<option>--[\w-]+)' argument is ambiguous/.exec(message)?.groups?.option;
  if (unclear) return `${unclear} needs a value. Write ${unclear}=<value> for one that begins with "-".`;
  const name = /^Unknown option '(?<name>-[^']*)'/.exec(message)?.groups?.name;
  if (!name) return message;
  const known = [...options, 'help'].map((option) => `--${option}`);
  return unknownName('option', name, known);
}

/** For a command without arguments, which still prints its usage for `--help`. */
export function readNothing(usage: string, argv?: readonly string[]): void {
  const [word] = readArguments(usage, {}, argv).positionals;
  if (word !== undefined) throw misused(usage, `Unexpected argument "${word}".`);
}

/** Reads whole numbers in a fixed order, each with a default. */
export function readNumbers<const D extends readonly number[]>(usage: string, defaults: D, argv?: readonly string[]) {
  const words = readArguments(usage, {}, argv).positionals;
  const wrong = words.find((word, i) => i >= defaults.length || !/^\d{1,15}$/.test(word));
  if (wrong !== undefined)
    throw misused(usage, `"${wrong}" is not a whole number, or there are more than ${defaults.length} of them.`);
  return defaults.map((number, i) => Number(words[i] ?? number)) as { [I in keyof D]: number };
}

/** The number of a port, `usual` if the option is omitted. */
export function readPort(
  text: string,
  { usual, most = 65_535 }: { readonly usual: number; readonly most?: number },
): number {
  const port = /^\d+$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= most) return port;
  throw new CommandProblem(`The port is "${text}": use a number from 1 to ${most}, or omit it for ${usual}.`);
}

/** A problem that says what was wrong and prints the usage. */
export function misused(usage: string, complaint?: string): CommandProblem {
  return new CommandProblem(`${complaint ? `${complaint}\n` : ''}Usage: ${usage}`);
}

/** The first word that is not an option; it selects a form of the command. The remaining words are returned too. */
export function readAction<A extends string>(
  usage: string,
  positionals: readonly string[],
  actions: readonly A[],
  { more = 0 }: { readonly more?: number } = {},
): { readonly action: A; readonly rest: readonly string[] } {
  const [name, ...rest] = positionals;
  if (name === undefined) throw misused(usage);
  const action = actions.find((one) => one === name);
  if (!action) throw misused(usage, unknownName('command', name, actions));
  if (rest.length > more) throw misused(usage, `Unexpected argument "${rest[more]}".`);
  return { action, rest };
}

/** One of several names; throws a sentence with a suggestion for any other. */
export function choose<N extends string>(kind: string, name: string, known: readonly N[]): N {
  const found = known.find((one) => one === name);
  if (found) return found;
  throw new CommandProblem(unknownName(kind, name, known));
}
