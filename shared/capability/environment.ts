import type { SettingName, TableName } from './capability.ts';

/**
 * The environment of a deployed function as a typed map. The infrastructure writes these names (`lib/constructs`). Code
 * reads them here when it needs them, never at import.
 */
export const environmentNames = {
  table: (name: TableName) => `${name.toUpperCase()}_TABLE`,
  /** `geofences/sweep-cells` becomes `GEOFENCES_SWEEP_CELLS_QUEUE_URL`. */
  queueUrl: (worker: string) => `${worker.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_QUEUE_URL`,
  setting: (name: SettingName) => name,
};

function required(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`Environment variable ${name} is not set: a capability is missing from the route's "uses"`);
  return value;
}

function ofAws(name: string, what: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: this process has no ${what} of AWS`);
  return value;
}

export const environment = {
  table: (name: TableName) => required(environmentNames.table(name)),
  queueUrl: (worker: string) => required(environmentNames.queueUrl(worker)),
  /** An empty setting reads as undefined. */
  setting: (name: SettingName): string | undefined => process.env[environmentNames.setting(name)] || undefined,
  /** The endpoint that replaces the one of AWS; the SDK reads it too. */
  endpointUrl: (service: 'LOCATION'): string | undefined => process.env[`AWS_ENDPOINT_URL_${service}`] || undefined,
  requiredSetting: (name: SettingName): string => required(environmentNames.setting(name)),
  /** The name of this function; undefined when the code runs elsewhere. */
  functionName: (): string | undefined => process.env.AWS_LAMBDA_FUNCTION_NAME || undefined,
  logLevel: (): string => process.env.LOG_LEVEL || 'INFO',
  metricsNamespace: (): string => process.env.METRICS_NAMESPACE || 'Hexfence',
  aws: {
    region: () => ofAws('AWS_REGION', 'region'),
    accessKeyId: () => ofAws('AWS_ACCESS_KEY_ID', 'credentials'),
    credentials: () => {
      const accessKeyId = ofAws('AWS_ACCESS_KEY_ID', 'credentials');
      const secretAccessKey = ofAws('AWS_SECRET_ACCESS_KEY', 'credentials');
      const sessionToken = process.env.AWS_SESSION_TOKEN;
      return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
    },
    /** The endpoint that replaces the one of AWS: for this service, or for all services. */
    endpointUrl: (service: string): string | undefined =>
      process.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || process.env.AWS_ENDPOINT_URL || undefined,
    /** The trace id of the current invocation in Lambda. */
    traceId: (): string | undefined => process.env._X_AMZN_TRACE_ID || undefined,
  },
};
