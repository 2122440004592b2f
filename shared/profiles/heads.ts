import * as z from 'zod';
import { defaulted, fixed, hidden, required, serverSet } from '../entity/fields.ts';
import { defineKind } from '../entity/kind.ts';
import { targetOf } from '../entity/target.ts';
import { label } from '../wire/text.ts';

/**
 * What the versions of a profile have in common. A profile without versions does not exist for callers: it is there only
 * between the two writes that create it.
 */
const headFields = {
  name: fixed(required(label(255), z.string())),
  /** The id of the entity of each version. */
  versions: hidden(
    serverSet(
      defaulted(z.record(z.string(), z.string()), z.record(z.string(), z.string()), {} as Record<string, string>),
    ),
  ),
};

export const sensorProfiles = defineKind({
  name: 'sensor_profile',
  letters: 'camelCase',
  fields: headFields,
  unique: { name: {} },
  filters: {},
  held: true,
});

export const deviceProfiles = defineKind({
  name: 'device_profile',
  letters: 'camelCase',
  fields: headFields,
  unique: { name: {} },
  filters: {},
  held: true,
});

export const sensorProfileTarget = targetOf(sensorProfiles);
export const deviceProfileTarget = targetOf(deviceProfiles);

export type Head = typeof sensorProfiles | typeof deviceProfiles;
