import * as z from 'zod';
import { idOf } from '../entity/fields.ts';
import { CauseName } from '../quarantine/wire.ts';
import { deviceTarget } from '../topology/device-terms.ts';
import { givenId } from '../wire/id.ts';
import { whenMade } from '../wire/null.ts';
import { strictObject } from '../wire/schema.ts';
import { isInOrder, notInOrder, spanParameters } from '../wire/time-span.ts';
import type { ProgressRow } from './record.ts';

/** Bodies and responses of replays. */

const mostIds = 1000;

const Filter = strictObject(
  whenMade({
    cause: CauseName.optional(),
    deviceId: idOf(deviceTarget).optional(),
    key: z.string().min(1).max(255).optional(),
    ...spanParameters,
  }),
)
  .refine(isInOrder, notInOrder)
  .meta({ id: 'ReplayFilter' });

export const ReplayRequest = strictObject(
  whenMade({
    ids: z
      .array(givenId().meta({ names: 'quarantine_item' }))
      .min(1)
      .max(mostIds)
      .optional(),
    filter: Filter.optional(),
    dryRun: z.boolean().optional(),
  }),
)
  .refine(({ ids, filter }) => ids !== undefined || filter !== undefined, {
    path: ['filter'],
    message: 'Field required, unless there are "ids"',
    params: { type: 'missing' },
  })
  .refine(({ ids, filter }) => ids === undefined || filter === undefined, {
    path: ['filter'],
    message: 'Send either "ids" or "filter"',
    params: { type: 'conflict' },
  })
  .meta({ id: 'ReplayRequest', example: { filter: { cause: 'UNKNOWN_SENSOR', key: 'pressure' }, dryRun: true } });
export type ReplayRequest = z.output<typeof ReplayRequest>;

export const ReplayResult = z
  .object({
    replayId: z.uuid(),
    status: z.enum(['RUNNING', 'DONE']),
    dryRun: z.boolean(),
    total: z.int(),
    wouldAccept: z.int(),
    accepted: z.int(),
    stillRefused: z.int(),
    causes: z.record(z.string(), z.int()),
  })
  .meta({
    id: 'ReplayResult',
    example: {
      replayId: '01956a0c-9c40-7c3e-8a51-3f2d6c0e8b16',
      status: 'DONE',
      dryRun: true,
      total: 120,
      wouldAccept: 118,
      accepted: 0,
      stillRefused: 2,
      causes: { OUT_OF_RANGE: 2 },
    },
  });

export const showReplay = (
  replayId: string,
  { status, dryRun, total, accepted, causes }: ProgressRow,
): z.input<typeof ReplayResult> => ({
  replayId,
  status,
  dryRun,
  total,
  wouldAccept: dryRun ? accepted : 0,
  accepted: dryRun ? 0 : accepted,
  stillRefused: total - accepted,
  causes: { ...causes },
});
