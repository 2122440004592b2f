/** Topics of one device, by what they carry. Nothing of another device is ever among them. */

export const channels = {
  location: 'location',
  readings: 'readings',
  health: 'health',
  events: 'events',
  commandsAck: 'commands/ack',
  commands: 'commands',
  config: 'config',
} as const;
export type Channel = keyof typeof channels;

/** @param tenantId id of the workspace, as topics have it */
export const topicOf = (tenantId: string, deviceId: string, channel: Channel): string =>
  `hexfence/${tenantId}/${deviceId}/${channels[channel]}`;

/** All of them, as a device is told. */
export const topicsOf = (tenantId: string, deviceId: string): Record<Channel, string> =>
  Object.fromEntries(
    (Object.keys(channels) as Channel[]).map((channel) => [channel, topicOf(tenantId, deviceId, channel)]),
  ) as Record<Channel, string>;
