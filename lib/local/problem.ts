/** Something the reader can mend: the message is one clear sentence that says how, printed without a stack trace. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
}
