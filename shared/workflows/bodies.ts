import type * as z from 'zod';
import { absentIfNull } from '../wire/null.ts';
import { Steps } from './steps.ts';
import { Trigger } from './triggers.ts';
import { Draft, exampleContent, Patch } from './wire.ts';

/** Workflows in bodies. */

export const WorkflowDraft = Draft.extend({ trigger: absentIfNull(Trigger), steps: absentIfNull(Steps) }).meta({
  id: 'WorkflowDraft',
  example: { name: 'Arrival', ...exampleContent },
});
export type WorkflowDraft = z.output<typeof WorkflowDraft>;

export const WorkflowPatch = Patch.extend({ trigger: Trigger.optional(), steps: Steps.optional() }).meta({
  id: 'WorkflowPatch',
  example: { name: 'Arrival' },
});
export type WorkflowPatch = z.output<typeof WorkflowPatch>;
