import { parseExactly } from '../json/exact.ts';
import { printInstant, printInstantOrNull } from '../wire/schema.ts';
import type { ExecutionMode, ExecutionStatus, ShownExecution, ShownStep, StepStatus } from './execution-wire.ts';
import type { Step, StepType } from './steps.ts';

/** One run of a workflow: a row of its own, a row for each step that ran, and the event in further rows. */

export interface ExecutionRow {
  /** Its id. */
  readonly sk: string;
  readonly workflowId: string;
  readonly versionNum: number;
  readonly mode: ExecutionMode;
  readonly status: ExecutionStatus;
  /** `evt_…` of the event that started it; absent if a caller started it. */
  readonly eventId?: string;
  readonly startedAt: number;
  readonly completedAt?: number;
  readonly error?: string;
  /** The step that runs next, and how often it was tried. */
  readonly next: number;
  readonly tries: number;
  /** How often it has paused. */
  readonly turn: number;
  readonly resumeAt?: number;
  readonly waitingSince?: number;
  /** The worker that runs it now, and the end of its lease. */
  readonly claim?: string;
  readonly claimedUntil?: number;
  /** The number of rows of the event. */
  readonly parts: number;
  readonly ttl: number;
}

export interface StepRow {
  readonly sk: string;
  readonly id: string;
  readonly type: StepType;
  readonly status: StepStatus;
  /** JSON, cut at 4 KB. */
  readonly input: string;
  readonly output?: string;
  readonly error?: string;
  readonly durationMs: number;
  readonly attempts: number;
  readonly ttl: number;
}

const mostBytes = 4096;

/** JSON of up to 4 KB; for longer values, only the beginning of the text. */
export function cut(value: unknown): string {
  const text = JSON.stringify(value ?? {});
  if (Buffer.byteLength(text) <= mostBytes) return text;
  for (let length = mostBytes; ; length = Math.floor(length / 2)) {
    const shortened = JSON.stringify({ cut: text.slice(0, length).toWellFormed() });
    if (Buffer.byteLength(shortened) <= mostBytes) return shortened;
  }
}

const open: readonly ExecutionStatus[] = ['running', 'waiting'];

export const isOpen = ({ status }: Pick<ExecutionRow, 'status'>): boolean => open.includes(status);

/** Whether an execution waited when its workflow was deactivated with `cancel_waiting`. */
export const isCancelled = ({ status, waitingSince = 0 }: ExecutionRow, cancelledAt: number): boolean =>
  status === 'waiting' && waitingSince <= cancelledAt;

export const cancelled = 'cancelled';

/** As lists show it. A cancelled execution has ended, even if no worker has recorded it yet. */
export function showExecution(row: ExecutionRow, cancelledAt: number): ShownExecution {
  const ended = isCancelled(row, cancelledAt);
  return {
    id: row.sk,
    workflow_id: row.workflowId,
    version_num: row.versionNum,
    mode: row.mode,
    status: ended ? 'stopped' : row.status,
    trigger_event_id: row.eventId ?? null,
    started_at: printInstant(row.startedAt),
    completed_at: printInstantOrNull(ended ? cancelledAt : row.completedAt),
    error: ended ? cancelled : (row.error ?? null),
  };
}

/** The steps of an execution: those that ran, and those that were skipped or never reached. */
export function showSteps(row: ExecutionRow, steps: readonly Step[], rows: readonly StepRow[]): ShownStep[] {
  const byId = new Map(rows.map((one) => [one.id, one]));
  return steps.flatMap(({ id, type }, i): ShownStep[] => {
    const ran = byId.get(id);
    if (ran) return [showStep(ran)];
    if (isOpen(row) && i >= row.next) return [];
    return [{ id, type, status: 'skipped', input: {}, output: null, error: null, duration_ms: 0, attempts: 0 }];
  });
}

const jsonOf = (text: string) => parseExactly(text) as Record<string, unknown>;

function showStep({ id, type, status, input, output, error, durationMs, attempts }: StepRow): ShownStep {
  return {
    id,
    type,
    status,
    input: jsonOf(input),
    output: output === undefined ? null : jsonOf(output),
    error: error ?? null,
    duration_ms: durationMs,
    attempts,
  };
}
