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
be repeated if a worker dies in between; of a call, \`webhook-id\`, which is \`<execution id>.<step id>\`, is then the same. A step is
tried again after timeouts, network errors, 408, 425, 429 and 5xx. Mails go to at most 1000 addressees a day.

With \`cooldown_seconds\`, an event starts a workflow only if its last start for the same device is that long ago; an event
of no device counts with all others of none. \`POST /workflows/{id}/test\` fills in templates and decides conditions, without
any effect.

The trigger \`device_offline\` starts a workflow when nothing was heard of a device for \`after_minutes\`, within about a
minute; once, until the device is seen again. It concerns silences that become long enough while the workflow is active, of
devices that are \`ACTIVE\` or \`OFFLINE\`. \`event.data\` is the device, with \`deviceId\` and \`deviceName\` as in other events.

The step \`notification\` sends through notification channels; its output says what became of each. One that is disabled is
left out. If a channel fails in a way that may pass, the next try is for that channel alone.

Nothing that a step does is a trigger. A workflow that waits for up to 30 days is shown as \`waiting\`.`,
} as const;
