/** The topics of a device, by what they carry. */

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

/** @param tenantId the id of the workspace, which is the second part of every topic */
export const topicOf = (tenantId: string, deviceId: string, channel: Channel): string =>
  `hexfence/${tenantId}/${deviceId}/${channels[channel]}`;

/** All topics of a device. */
export const topicsOf = (tenantId: string, deviceId: string): Record<Channel, string> =>
  Object.fromEntries(
    (Object.keys(channels) as Channel[]).map((channel) => [channel, topicOf(tenantId, deviceId, channel)]),
  ) as Record<Channel, string>;
