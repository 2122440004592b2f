import * as z from 'zod';
import { defaulted, idOf, optional, required, shownId } from '../entity/fields.ts';
import { partOf } from '../entity/filters.ts';
import { defineKind } from '../entity/kind.ts';
import { schemasOf } from '../entity/schemas.ts';
import { targetOf } from '../entity/target.ts';
import { geofenceTarget } from '../geofences/target.ts';
import { freeObject, keptObject } from '../wire/free-object.ts';
import { latitude, longitude } from '../wire/position.ts';
import { label, prose } from '../wire/text.ts';
import { TimeZone } from '../wire/time-zone.ts';

/** Places that devices belong to. */
export const sites = defineKind({
  name: 'site',
  letters: 'camelCase',
  fields: {
    name: required(label(120), z.string()),
    address: optional(prose(500), z.string()),
    latitude: optional(latitude, latitude),
    longitude: optional(longitude, longitude),
    timezone: optional(TimeZone, z.string()),
    geofenceId: optional(idOf(geofenceTarget), shownId()),
    metadata: defaulted(freeObject(16 * 1024), keptObject(), {}),
  },
  unique: { name: {} },
  references: { geofenceId: { to: geofenceTarget, onDelete: 'null' } },
  filters: { search: partOf('name') },
  held: true,
});

export const {
  Draft: SiteDraft,
  Patch: SitePatch,
  Shown: Site,
} = schemasOf('Site', sites, {
  name: 'Harbour depot',
  address: 'Pier 9, San Francisco',
  latitude: 37.8,
  longitude: -122.4,
  timezone: 'America/Los_Angeles',
  geofenceId: null,
  metadata: {},
});

export const siteTarget = targetOf(sites);
