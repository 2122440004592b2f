/**
 * An error that its reader can fix: the message is one or two sentences that say how, printed without a stack trace.
 */
export class CommandProblem extends Error {
  override readonly name: string = 'CommandProblem';
}

/** The user asked for help; the message is the usage. */
export class HelpWanted extends Error {}
