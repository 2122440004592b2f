/** Something its reader can mend: the message is a sentence or two that say how, printed without a stack trace. */
export class CommandProblem extends Error {
  override readonly name: string = 'CommandProblem';
}

/** Somebody asked how a command is used; the message tells. */
export class HelpWanted extends Error {}
