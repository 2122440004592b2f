import type * as z from 'zod';
import type { GeofenceEvent } from '../movements/wire.ts';

/** The text that people get when a geofence fires. */

export type ShownEvent = z.output<typeof GeofenceEvent>;

const minutes = (count: number | null): string => (count === 1 ? '1 minute' : `${count} minutes`);

const phrases: Readonly<Record<ShownEvent['type'], (event: ShownEvent) => string>> = {
  enter: ({ geofenceName }) => `has entered ${geofenceName}`,
  exit: ({ geofenceName }) => `has left ${geofenceName}`,
  dwell: ({ geofenceName, dwellMinutes }) => `has been in ${geofenceName} for ${minutes(dwellMinutes)}`,
  cross: ({ geofenceName }) => `has passed through ${geofenceName}`,
};

export function messageOf(event: ShownEvent): { readonly subject: string; readonly text: string } {
  const { deviceName, occurredAt, latitude, longitude, deviceId, geofenceId, id } = event;
  const subject = `${deviceName} ${phrases[event.type](event)}`;
  const text = [
    `${subject}.`,
    '',
    `Time: ${occurredAt}`,
    `Position: ${latitude}, ${longitude}`,
    `Device: ${deviceId}`,
    `Geofence: ${geofenceId}`,
    `Event: ${id}`,
    '',
  ].join('\n');
  return { subject, text };
}
