/** Actions of geofences, and the notification channels that they use. */
export const actionGuide = {
  title: 'Actions and notification channels',
  text: `
The \`action\` of a geofence is yours, except for its key \`run\`: one effect, or a list of up to 5, which happen when the
geofence fires (\`actionFired\` of its events).

| \`type\` | fields | what happens |
| --- | --- | --- |
| \`webhook\` | \`webhookId\` | that webhook gets the event, whatever its \`events\` and \`filter\` say |
| \`workflow\` | \`workflowId\` | that workflow starts with the event if it is active and not in its cooldown, whatever its trigger says |
| \`command\` | \`commandType\`, \`payload\` | the device gets the command, which times out after 300 seconds |
| \`notification\` | \`channelIds\`, up to 10 | a message is sent through those channels |

Saving a \`command\` needs \`devices:command\`, saving a \`workflow\` \`workflows:execute\`. What an effect names must exist
when it is saved. An effect that cannot be carried out, because its object was deleted later for example, is skipped, and
the others happen. Each effect happens once for an event; only a mail may be sent again if a worker dies in between.

A notification channel sends mails to up to 20 addresses, or passes the event to a webhook, which gets it like any other
event: signed, retried and logged. From the step \`notification\` of a workflow a webhook gets a \`custom.event\` of type
\`custom.notification\`, whose \`data\` holds \`subject\` and \`text\`; from a geofence it gets the event of the geofence. At
most 60 messages an hour are sent through a channel, and mails to at most 1000 addressees a day in the whole workspace;
further ones are not sent later.`,
} as const;
