/** The words of exports that requests, records and sources share. */

export const scopeTypes = ['SITE', 'DEVICE', 'COMPONENT', 'SENSOR', 'GEOFENCE'] as const;
export type ScopeType = (typeof scopeTypes)[number];

export const includes = ['READINGS', 'ANNOTATIONS', 'LOCATIONS', 'EVENTS'] as const;
export type Include = (typeof includes)[number];

export const formats = ['CSV', 'NDJSON'] as const;
export type Format = (typeof formats)[number];

export const statuses = ['PENDING', 'RUNNING', 'READY', 'FAILED', 'EXPIRED'] as const;
export type ExportStatus = (typeof statuses)[number];

export const exportFaults = ['EXPORT_TOO_LARGE', 'SCOPE_GONE', 'INTERNAL_ERROR'] as const;
export type ExportFault = (typeof exportFaults)[number];

/** The object whose data is exported, with all below it. */
export interface Subject {
  readonly scopeType: ScopeType;
  readonly scopeId: string;
}
