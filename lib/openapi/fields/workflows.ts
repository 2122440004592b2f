import type { FieldTexts } from './field-texts.ts';

/** Workflows, their steps and their executions. */
export const workflowFields: readonly FieldTexts[] = [
  {
    of: ['WorkflowStep'],
    texts: {
      id: 'Unique in the workflow: 1 to 32 small letters, digits or `_`. Later steps read `steps.<id>.output`.',
      type: 'What the step does.',
      if: 'A condition: `field`, `op` and `value`, or `all`, `any` or `not` of conditions. Up to 10 levels.',
      on_false: '`stop`, or the id of a later step to go on with.',
      on_error: '`stop` (default): the execution fails. `continue`: the next step runs.',
      retry: 'For faults that may pass, such as timeouts. Without it, 3 attempts.',
      config: 'What the step needs for its effect.',
      seconds: 'How long to wait: 1 to 2,592,000 seconds, which are 30 days.',
      webhook_id: 'The webhook that is called, with its `auth` and signature, outside of its schedule and log.',
      url: 'The URL that is called, by the rules for webhooks. Excludes `webhook_id`.',
      method: '`POST` (default) or `PUT`.',
      headers: 'Up to 20 headers, with templates.',
      body: 'A JSON object with templates, up to 64 KB. The event if absent.',
      to: '1 to 20 e-mail addresses, without templates.',
      subject: '1 to 255 characters, with templates.',
      text: '1 to 20,000 characters, with templates.',
      channel_ids: '1 to 10 notification channels.',
      device_id: 'A device, or a template that gives its id. The device of the event if absent.',
      command_type: 'Type of the command: capital letters, digits and `_`.',
      payload: 'A JSON object with templates, up to 64 KB. `{}` if absent.',
      geofence_id: 'A geofence, or a template that gives its id. The geofence of the event if absent.',
      set: 'The fields to set; the others stay as they are.',
      status: '`active` or `inactive`.',
      tags: 'Up to 20 tags, with templates. They replace all others.',
      metadata: 'A JSON object with templates, up to 16 KB. It replaces the whole.',
      event_type: 'Type of the event: small letters, digits, `_` and dots; stored as `custom.<type>`.',
      severity: '`INFO` (default), `WARNING` or `CRITICAL`.',
      data: 'A JSON object with templates, up to 64 KB. `{}` if absent.',
    },
  },
  {
    of: ['StepRetry'],
    texts: {
      attempts: '1 to 5 in all; 3 if absent.',
      backoff_seconds:
        'Seconds before the second attempt, 1 to 300; 10 if absent. They double each time, up to 15 minutes.',
    },
  },
  {
    of: ['WorkflowTrigger'],
    texts: {
      type: 'What starts the workflow.',
      geofence_ids: 'Only these geofences, up to 100. Any if absent.',
      geofence_tags: 'Only geofences with one of these tags, up to 100. Any if absent.',
      group_names: 'Only geofences of these groups, up to 100. Any if absent.',
      device_ids: 'Only these devices, up to 100. Any if absent.',
      device_tags: 'Only devices with one of these tags, up to 100. Any if absent.',
      include_late: 'Whether events start it too that points have shown which came late; `false` if absent.',
      after_minutes: 'Minutes without a sign of the device, 2 to 10,080; 10 if absent.',
      event_types: '1 to 100 types as devices send them, such as `door.opened`.',
      rule_ids: 'Only alerts of these rules, up to 100. Any if absent.',
      severities: 'Only alerts of these severities. Any if absent.',
      form_ids: 'Only these forms, up to 100. Any if absent.',
      cron: 'Five fields: minute, hour, day of the month, month, day of the week.',
      timezone: 'IANA time zone of `cron`. The zone of the workspace if absent.',
    },
  },
  {
    of: ['WorkflowDraft', 'WorkflowPatch', 'Workflow', 'WorkflowVersion', 'WorkflowStats', 'WorkflowDeactivation'],
    texts: {
      name: '1 to 255 characters.',
      description: 'Up to 2000 characters; `""` if absent.',
      trigger: 'What starts it.',
      steps: '1 to 50 steps, up to 200 KB, which run in order.',
      cooldown_seconds:
        'Seconds from one start to the next, 0 to 2,592,000; 0 if absent. For each device, or for events without one.',
      is_active: 'Whether its trigger starts it.',
      version_num: 'The version of trigger and steps, from 1.',
      stats: 'The hour that runs, and the 23 before it.',
      executions_24h: 'Executions that started; those of tests do not count.',
      failed_24h: 'Executions that failed.',
      cancel_waiting: 'Whether executions end that wait for a delay or for their next attempt; `false` if absent.',
    },
  },
  {
    of: ['listWorkflows'],
    texts: {
      is_active: 'Only active or only inactive ones.',
      trigger_type: 'Only those with this type of trigger.',
    },
  },
];
