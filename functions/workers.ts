/** Everything that runs without a request, one line each; the name is the file and the name of its queue. */
export * as 'broker/find-address' from './broker/find-address.ts';
export * as 'certificates/revoke' from './certificates/revoke.ts';
export * as 'certificates/tend' from './certificates/tend.ts';
export * as 'devices/retire' from './devices/retire.ts';
export * as 'devices/settle-presence' from './devices/settle-presence.ts';
export * as 'devices/take-health' from './devices/take-health.ts';
export * as 'devices/take-presence' from './devices/take-presence.ts';
export * as 'due/sweep' from './due/sweep.ts';
export * as 'geocoding/geocode' from './geocoding/geocode.ts';
export * as 'geofences/decide-batch' from './geofences/decide-batch.ts';
export * as 'geofences/sweep-cells' from './geofences/sweep-cells.ts';
export * as 'geofences/sync' from './geofences/sync.ts';
export * as 'mail/send' from './mail/send.ts';
export * as 'notifications/notify' from './notifications/notify.ts';
export * as 'outbox/relay' from './outbox/relay.ts';
export * as 'references/unlink' from './references/unlink.ts';
export * as 'tokens/publish-keys' from './tokens/publish-keys.ts';
