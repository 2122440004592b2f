import * as z from 'zod';

/** The device's own id of a message, in every payload of a device: 1 to 64 characters. */
export const messageId = z
  .string()
  .regex(/^.{1,64}$/su)
  .optional();
