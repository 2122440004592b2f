import * as z from 'zod';

/** Types of commands to devices, also for steps of workflows and actions of geofences that send commands. */

export const CommandType = z
  .string()
  .max(64)
  .regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'Should be capital letters, digits and _, beginning with a letter')
  .meta({ description: '`REBOOT`, `UPDATE_CONFIG`, `UPDATE_FIRMWARE`, or a type of your own.' });

const reserved = ['INSTALL_CERTIFICATE', 'ROTATION_FAILED', 'UPLOAD_CLIP', 'START_LIVE', 'STOP_LIVE'];

/** A type that customers may send. */
export const OwnCommandType = CommandType.refine((type) => !reserved.includes(type), {
  message: 'Is sent by the platform only',
  params: { type: 'enum' },
});
