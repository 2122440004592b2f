import * as z from 'zod';
import { schemasOf } from '../entity/schemas.ts';
import { keptObject } from '../wire/free-object.ts';
import { instant } from '../wire/schema.ts';
import { workflows } from './kind.ts';

/** Workflows in responses; bodies are in `bodies.ts`. */

const Stats = z.object({ executions_24h: z.int(), failed_24h: z.int() }).meta({ id: 'WorkflowStats' });

export const exampleContent = {
  trigger: { type: 'geofence_enter', geofence_ids: ['550e8400-e29b-41d4-a716-446655440000'] },
  steps: [
    {
      id: 's1',
      type: 'condition',
      if: { field: 'event.data.accuracyMeters', op: 'lte', value: 50 },
      on_false: 'stop',
    },
    {
      id: 's2',
      type: 'email',
      config: {
        to: ['ops@example.com'],
        subject: '{{event.data.deviceName}} arrived',
        text: 'At {{event.data.geofenceName}}',
      },
    },
  ],
};

export const {
  Draft,
  Patch,
  Shown: Workflow,
} = schemasOf(
  'Workflow',
  workflows,
  {
    name: 'Arrival',
    description: '',
    is_active: false,
    version_num: 1,
    cooldown_seconds: 0,
    ...exampleContent,
    stats: { executions_24h: 0, failed_24h: 0 },
  },
  { stats: Stats },
);

export const WorkflowVersion = z
  .object({
    version_num: z.int(),
    created_at: instant(),
    created_by: z.string(),
    trigger: keptObject(),
    steps: z.array(keptObject()),
  })
  .meta({
    id: 'WorkflowVersion',
    example: {
      version_num: 1,
      created_at: '2026-03-01T10:00:00Z',
      created_by: 'user_8f2c1d4e-5b6a-4c7d-8e9f-0a1b2c3d4e5f',
      ...exampleContent,
    },
  });
