/** What concerns all operations of workflows. */
export const workflowGuide = {
  title: 'Workflows',
  text: `
A workflow has a trigger and up to 50 steps, which run in order. It is inactive until it is activated. Each change of
\`trigger\` or \`steps\` makes a version, and an execution keeps the version with which it started.

\`field\` of conditions and \`{{…}}\` in texts read paths under \`event\`, \`steps.<id>.output\` and \`workspace\`, such as
\`event.data.deviceName\`. No code runs. A missing path is empty in texts and makes every comparison false; \`exists\` asks
for it. A template that is the whole text keeps the type of its value. Types are never converted: the text "5" is not the
number 5. \`matches\` takes regular expressions of RE2.

An event starts an execution once. Commands, changes of geofences and events of steps happen once, too. A call or a mail may
be repeated if a worker dies in between; a repeated call has the same \`webhook-id\`, \`<execution id>.<step id>\`. A step is
tried again after timeouts, network errors, 408, 425, 429 and 5xx. Mails go to at most 1000 addressees a day.

With \`cooldown_seconds\`, an event starts a workflow only if its last start for the same device is at least that long ago;
events without a device share one cooldown. \`POST /workflows/{id}/test\` fills in templates and decides conditions, without
any effect.

The trigger \`device_offline\` starts a workflow within about a minute after a device has been silent for \`after_minutes\`;
once, until the device is seen again. It applies to devices that are \`ACTIVE\` or \`OFFLINE\`, and to silences that become
long enough while the workflow is active. \`event.data\` is the device, with \`deviceId\` and \`deviceName\` as in other events.

The step \`notification\` sends through notification channels; its output has the result of each. Disabled channels are
skipped. After a temporary failure of a channel, only that channel is tried again.

What a step does never triggers a workflow. A workflow that waits for up to 30 days is shown as \`waiting\`.`,
} as const;
