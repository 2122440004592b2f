import type * as z from 'zod';
import { pointsOf } from '../locations/given.ts';
import { DeviceLocationPoint } from '../wire/location-point.ts';

/** Points of many devices, each with its device. */
export const DevicePoints = pointsOf(DeviceLocationPoint, 'DeviceLocationPoint');
export type GivenDevicePoint = z.output<typeof DevicePoints>[number];
