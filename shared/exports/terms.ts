/** The words of exports that requests, records and sources share. */

export const scopeTypes = ['SITE', 'DEVICE', 'COMPONENT', 'SENSOR', 'GEOFENCE', 'FORM'] as const;
export type ScopeType = (typeof scopeTypes)[number];

/** Parts of an archive of tables; an export has one or several. */
export const tableIncludes = ['READINGS', 'ANNOTATIONS', 'LOCATIONS', 'EVENTS'] as const;
export type TableInclude = (typeof tableIncludes)[number];

/** Files with the submissions of a form; an export is one of these. */
export const formIncludes = [
  'SUBMISSIONS_CSV',
  'SUBMISSIONS_GEOJSON',
  'SUBMISSIONS_GPX',
  'SUBMISSIONS_MEDIA',
  'SUBMISSIONS_PACKAGE',
] as const;
export type FormInclude = (typeof formIncludes)[number];

export const includes = [...tableIncludes, ...formIncludes] as const;
export type Include = TableInclude | FormInclude;

export const isOfForm = (include: Include): include is FormInclude =>
  (formIncludes as readonly string[]).includes(include);

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
