import type { Recording } from '../http/once.ts';
import { workflowKeys } from '../table/keys/workflows.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { cut, type ExecutionRow, isOpen, type StepRow } from './execution.ts';
import type { Run } from './loaded.ts';
import { perform, type Result } from './perform.ts';
import { finish, moveTo, pause, putStep } from './progress.ts';
import { decide, type EffectStep } from './pure-steps.ts';
import type { Step, StepOf } from './steps.ts';
import { RenderingTooLarge } from './template.ts';

/** Taking one step, and finding the next. */

const main = new Table('main');
const mostBackoffSeconds = 900;
const usual = { attempts: 3, backoff_seconds: 10 };

type Done = Omit<StepRow, 'sk' | 'ttl'>;
/** The next step; undefined if the execution has ended or waits. */
type Next = Promise<number | undefined>;

/** @param tries how often it was tried; for a delay, whether it has begun */
export async function takeStep(run: Run, at: number, tries: number): Next {
  const step = run.steps[at];
  if (!step) throw new Error(`There is no step ${at}`);
  if (step.type === 'delay') return await takeDelay(run, step, at, tries);
  if (step.type === 'condition') return await takeCondition(run, step, at);
  return await takeEffect(run, step, at, tries);
}

const doneOf = ({ id, type }: Step, more: Partial<Done>): Done => ({
  id,
  type,
  status: 'succeeded',
  input: '{}',
  durationMs: 0,
  attempts: 1,
  ...more,
});

/** Adds the end of a step, and with the last one that of the execution. */
function move({ held, steps }: Run, transaction: Transaction, at: number, done: Done, next: number): void {
  putStep(transaction, held, at, done);
  if (next < steps.length) moveTo(transaction, held, next);
  else finish(transaction, held, 'succeeded');
}

async function commitMove(run: Run, at: number, done: Done, next = at + 1): Next {
  const transaction = new Transaction();
  move(run, transaction, at, done, next);
  await transaction.commit();
  return next < run.steps.length ? next : undefined;
}

async function takeDelay(run: Run, step: StepOf<'delay'>, at: number, tries: number): Next {
  const input = cut(step.config);
  const { seconds } = step.config;
  if (tries > 0) return await commitMove(run, at, doneOf(step, { input, output: '{}', durationMs: seconds * 1000 }));
  const waiting = doneOf(step, { input, status: 'waiting' });
  await pause(run.held, Date.now() + seconds * 1000, { next: at, tries: 1, waits: true }, (transaction) =>
    putStep(transaction, run.held, at, waiting),
  );
  return undefined;
}

async function takeCondition(run: Run, step: StepOf<'condition'>, at: number): Next {
  const begun = Date.now();
  let result: boolean;
  try {
    result = decide(step, { ...run.scope, outputs: run.outputs });
  } catch (error) {
    if (!(error instanceof RenderingTooLarge)) throw error;
    return await giveUp(run, step, at, doneOf(step, { status: 'failed', error: 'rendering_too_large' }));
  }
  run.outputs.set(step.id, { result });
  const done = doneOf(step, { output: cut({ result }), durationMs: Date.now() - begun });
  if (result) return await commitMove(run, at, done);
  if (step.on_false !== 'stop') {
    return await commitMove(
      run,
      at,
      done,
      run.steps.findIndex(({ id }) => id === step.on_false),
    );
  }
  const transaction = new Transaction();
  putStep(transaction, run.held, at, done);
  finish(transaction, run.held, 'stopped');
  await transaction.commit();
  return undefined;
}

async function takeEffect(run: Run, step: EffectStep, at: number, tries: number): Next {
  const { held } = run;
  const begun = Date.now();
  let recorded = false;
  const about = (
    result: Pick<Partial<Extract<Result, { output: object }>>, 'output'> & { input?: object },
  ): Partial<Done> => ({
    attempts: tries + 1,
    durationMs: Date.now() - begun,
    ...(result.input === undefined ? {} : { input: cut(result.input) }),
    ...(result.output === undefined ? {} : { output: cut(result.output) }),
  });
  const once = (output: object): Recording => ({
    record: (transaction) => {
      recorded = true;
      move(run, transaction, at, doneOf(step, about({ output, input: inputs.get(step.id) ?? {} })), at + 1);
    },
  });
  const inputs = new Map<string, object>();
  const scene = {
    caller: run.caller,
    scope: { ...run.scope, outputs: run.outputs },
    event: run.event,
    effectId: `${held.row.sk}.${step.id}`,
    attempt: tries + 1,
    startedAt: held.row.startedAt,
    turnAt: held.row.resumeAt ?? held.row.startedAt,
    earlier: run.outputs.get(step.id),
    once,
    rendered: (input: object) => void inputs.set(step.id, input),
  };
  const result = await perform(step, scene);
  if (!('error' in result)) {
    run.outputs.set(step.id, result.output);
    if (recorded && (await hasMoved(run, at))) return at + 1 < run.steps.length ? at + 1 : undefined;
    return await commitMove(run, at, doneOf(step, about(result)));
  }
  const failed = doneOf(step, { ...about(result), status: 'failed', error: result.error });
  const { attempts = usual.attempts, backoff_seconds = usual.backoff_seconds } = step.retry ?? {};
  if (!result.isRetryable || tries + 1 >= attempts) return await giveUp(run, step, at, failed);
  const wait = Math.min(mostBackoffSeconds, backoff_seconds * 2 ** tries) * 1000;
  await pause(held, Date.now() + wait, { next: at, tries: tries + 1, waits: true }, (transaction) =>
    putStep(transaction, held, at, { ...failed, status: 'waiting' }),
  );
  return undefined;
}

/** Whether the transaction of an effect has moved the execution on: an effect that changes nothing writes nothing. */
async function hasMoved({ held: { tenant, row } }: Run, at: number): Promise<boolean> {
  const now = await main.get<ExecutionRow>(workflowKeys.execution(tenant.reference, row.workflowId, row.sk));
  return now === undefined || !isOpen(now) || now.next > at;
}

async function giveUp(run: Run, step: Step, at: number, failed: Done): Next {
  if (step.on_error === 'continue') return await commitMove(run, at, failed);
  const transaction = new Transaction();
  putStep(transaction, run.held, at, failed);
  finish(transaction, run.held, 'failed', `${step.id}: ${failed.error}`);
  await transaction.commit();
  return undefined;
}
