import { createInterface } from 'node:readline/promises';
import { CommandProblem } from '../command/problem.ts';

/** Asks in the terminal. Without a terminal, the error names the option that answers instead. */
export async function ask(question: string, instead: string): Promise<string> {
  if (!process.stdin.isTTY) throw new CommandProblem(`This is not a terminal, so nobody can answer. ${instead}.`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}
