import * as z from 'zod';
import { keptObject } from '../wire/free-object.ts';
import { instant } from '../wire/schema.ts';

/** Executions in responses. */

export const executionModes = ['live', 'manual', 'test'] as const;
export type ExecutionMode = (typeof executionModes)[number];

export const executionStatuses = ['running', 'waiting', 'succeeded', 'stopped', 'failed'] as const;
export type ExecutionStatus = (typeof executionStatuses)[number];

const stepStatuses = [...executionStatuses, 'skipped'] as const;
export type StepStatus = (typeof stepStatuses)[number];

const example = {
  id: '0195a1f4-3d90-7e51-8b62-4f3e7d1f9c22',
  workflow_id: '0195a1f4-2c80-7d40-9a51-3f2d6c0e8b11',
  version_num: 2,
  mode: 'live' as const,
  status: 'succeeded' as const,
  trigger_event_id: 'evt_0195a1f4-3d80-7a11-b2c3-5a6b7c8d9e0f',
  started_at: '2026-03-22T09:40:03Z',
  completed_at: '2026-03-22T09:40:04Z',
  error: null,
};

export const Execution = z
  .object({
    id: z.uuid(),
    workflow_id: z.uuid(),
    version_num: z.int(),
    mode: z.enum(executionModes),
    status: z.enum(executionStatuses),
    trigger_event_id: z.string().nullable(),
    started_at: instant(),
    completed_at: instant().nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: 'Execution', example });
export type ShownExecution = z.input<typeof Execution>;

const ExecutionStep = z
  .object({
    id: z.string(),
    type: z.string(),
    status: z.enum(stepStatuses),
    input: keptObject(),
    output: keptObject().nullable(),
    error: z.string().nullable(),
    duration_ms: z.int(),
    attempts: z.int(),
  })
  .meta({ id: 'ExecutionStep' });
export type ShownStep = z.input<typeof ExecutionStep>;

export const ExecutionDetail = Execution.extend({ steps: z.array(ExecutionStep) }).meta({
  id: 'ExecutionDetail',
  example: {
    ...example,
    steps: [
      {
        id: 's1',
        type: 'condition',
        status: 'succeeded',
        input: {},
        output: { result: true },
        error: null,
        duration_ms: 1,
        attempts: 1,
      },
    ],
  },
});
