/**
 * The types of events that are published to webhooks and workflows, and their meanings. `data` of an event is its
 * subject as the API showed it then.
 */
export const eventTypes = {
  'geofence.enter': 'A device has entered a geofence.',
  'geofence.exit': 'A device has left a geofence.',
  'geofence.dwell': 'A device has stayed in a geofence for as long as the geofence says.',
  'geofence.cross': 'A device has passed through a geofence between two points.',
  'geofence.retracted': 'An earlier event of a device at a geofence did not happen, as late points show.',
  'geofence.created': 'A geofence was created.',
  'geofence.updated': 'A geofence was changed.',
  'geofence.deleted': 'A geofence was deleted.',
  'geofence.bulk_completed': 'A batch of addresses is done: its counts, without its results.',
  'device.registered': 'A device was created.',
  'device.provisioned': 'A device got its certificate and may connect.',
  'device.online': 'A device has connected.',
  'device.offline': 'A device has been away for a minute.',
  'device.deleted': 'A device was deleted.',
  'device.event': 'A device has sent an event.',
  'custom.event': 'An event was created through the API or by a workflow.',
  'session.started': 'A tracking session has started.',
  'session.ended': 'A tracking session has ended.',
  'command.completed': 'A command has succeeded, failed or timed out.',
  'certificate.expiring': 'A certificate expires in 30, 7 or 1 days.',
  'certificate.rotated': 'A device got a new certificate in place of another.',
  'certificate.rotation_stalled': 'A device has not used its new certificate for three quarters of the overlap.',
  'certificate.revoked': 'A certificate was revoked.',
  'alert.opened': 'An alert was raised.',
  'alert.acknowledged': 'An alert was acknowledged.',
  'alert.resolved': 'An alert was resolved.',
  'quarantine.opened': 'A message was put into quarantine.',
  'submission.created': 'A form was submitted.',
  'submission.media_added': 'A file of a submission has arrived.',
  'form.published': 'A version of a form was published.',
  'export.ready': 'An export can be downloaded.',
  'export.failed': 'An export has failed.',
  'workflow.failed': 'An execution of a workflow has failed.',
  'api_key.expiring': 'An API key expires in 14, 7 or 1 days.',
  'quota.warning': 'The events of the month are used up.',
  'webhook.test': 'A call to try a webhook. It is sent on request only.',
} as const;

export type EventType = keyof typeof eventTypes;

export const isEventType = (type: string): type is EventType => Object.hasOwn(eventTypes, type);

/** The events that start each type of trigger of a workflow. Timers and requests start the others. */
export const triggerOf = {
  'geofence.enter': 'geofence_enter',
  'geofence.exit': 'geofence_exit',
  'geofence.dwell': 'geofence_dwell',
  'geofence.cross': 'geofence_cross',
  'device.event': 'device_event',
  'alert.opened': 'alert_opened',
  'submission.created': 'submission_created',
} as const satisfies { readonly [type in EventType]?: string };

export const startsWorkflows = (type: string): type is keyof typeof triggerOf => Object.hasOwn(triggerOf, type);

/** Workflows get the events that start them, and those of new devices, which they may watch. */
export const concernsWorkflows = (type: string): boolean => startsWorkflows(type) || type === 'device.registered';
