/**
 * The order in which chunks are geocoded. Only a few chunks of each workspace are in the queue at a time; when one is
 * done, the next is sent. So the queue stays short, however many addresses a workspace sends, and another workspace
 * waits for a few chunks at most. These functions are pure; `turns-row.ts` stores the state.
 */

/**
 * The most chunks of one workspace that are sent and not done: one for each worker, and two more, so that no worker
 * waits for its next chunk.
 */
export const mostSent = 7;

/** The most runs of one workspace that have chunks left to send. */
export const mostRuns = 1000;

/** A chunk that is not done after this time is lost, and is sent again. No chunk takes this long. */
const lostMilliseconds = 120_000;
const mostTimesSent = 3;

/** A run that has chunks left to send. */
export interface WaitingRun {
  readonly run: string;
  readonly chunks: number;
  /** The first chunk that has not been sent yet. */
  readonly next: number;
  /** Whether a caller waits for the response; such runs go first. */
  readonly waitedFor: boolean;
  /** When the caller stops waiting, in milliseconds since 1970; null means never. */
  readonly until: number | null;
}

/** A chunk that was sent and is not done. */
export interface SentChunk {
  readonly run: string;
  readonly chunk: number;
  readonly waitedFor: boolean;
  /** When it was sent last, in milliseconds since 1970, and how often. */
  readonly at: number;
  readonly times: number;
}

export interface Turns {
  /** In the order of their arrival. */
  readonly runs: readonly WaitingRun[];
  readonly sent: readonly SentChunk[];
}

export const noTurns: Turns = { runs: [], sent: [] };

export type Turn = Pick<SentChunk, 'run' | 'chunk'>;

export const begun = (turns: Turns, run: WaitingRun): Turns => ({ ...turns, runs: [...turns.runs, run] });

export function done(turns: Turns, { run, chunk }: Turn): Turns {
  const sent = turns.sent.filter((one) => one.run !== run || one.chunk !== chunk);
  return sent.length === turns.sent.length ? turns : { ...turns, sent };
}

/** For a run that is resumed: the chunks that were sent may have been lost with the first attempt. */
export function resumed(turns: Turns, run: WaitingRun): Turns {
  const sent = turns.sent.map((one) => (one.run === run.run ? { ...one, at: 0, times: 0 } : one));
  const isKnown = [...turns.runs, ...sent].some((one) => one.run === run.run);
  return isKnown ? { ...turns, sent } : begun(turns, run);
}

/** Sends as many chunks as there is room for: first the lost ones, then those of the runs whose turn it is. */
export function advanced(turns: Turns, now: number): { readonly turns: Turns; readonly send: readonly Turn[] } {
  const isLost = ({ at }: SentChunk) => at <= now - lostMilliseconds;
  const again = turns.sent.filter((one) => isLost(one) && one.times < mostTimesSent);
  const sent = turns.sent.filter((one) => !isLost(one));
  const send = again.map((one): SentChunk => ({ ...one, at: now, times: one.times + 1 }));
  let runs = turns.runs.filter(({ until }) => until === null || until > now);
  while (sent.length + send.length < mostSent) {
    const run = nextOf(runs, [...sent, ...send]);
    if (!run) break;
    send.push({ run: run.run, chunk: run.next, waitedFor: run.waitedFor, at: now, times: 1 });
    runs = runs.map((one) => (one === run ? { ...run, next: run.next + 1 } : one)).filter((one) => leftOf(one) > 0);
  }
  return { turns: { runs, sent: [...sent, ...send] }, send: send.map(({ run, chunk }) => ({ run, chunk })) };
}

const leftOf = ({ chunks, next }: WaitingRun): number => chunks - next;

/**
 * Runs with a waiting caller go first, but one of the sent chunks is always left to the others. Among runs of equal
 * rank, the one with the least left to do comes first, so that a single address does not wait for a thousand others of
 * its own workspace.
 */
function nextOf(runs: readonly WaitingRun[], sent: readonly SentChunk[]): WaitingRun | undefined {
  const [waitedFor = [], others = []] = [true, false].map((waits) => runs.filter((one) => one.waitedFor === waits));
  const isOthersTurn = waitedFor.length === 0 || !sent.some((one) => !one.waitedFor);
  const [first] = (isOthersTurn && others.length > 0 ? others : waitedFor).toSorted((a, b) => leftOf(a) - leftOf(b));
  return first;
}
