import { environment } from '../capability/environment.ts';

/**
 * The process's structured log: one line of JSON per entry, which reaches CloudWatch as soon as it is written. Never
 * pass it a body, a header or a credential.
 */

/** The values of `LOG_LEVEL`. Lines of lower levels are left out. */
const levels: readonly string[] = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT'];
type Level = 'INFO' | 'WARN' | 'ERROR';

export type MetricName = 'RateCounterUnavailable' | 'UndeclaredProblem' | 'DeviceMessageRefused';

type Fields = Readonly<Record<string, unknown>>;

/** Metrics to be written with the next line. */
let due: MetricName[] = [];

/**
 * Counts an event for an alarm. CloudWatch reads the count from the next line, which is written whatever its level is.
 */
export function countMetric(name: MetricName): void {
  due.push(name);
}

/**
 * In CloudWatch's embedded metric format. There is no dimension, because nobody watches the metric of a single
 * function.
 */
function embedded(metrics: readonly MetricName[], now: number): Fields {
  const counts = new Map<MetricName, number>();
  for (const name of metrics) counts.set(name, (counts.get(name) ?? 0) + 1);
  const Metrics = [...counts.keys()].map((Name) => ({ Name, Unit: 'Count' }));
  const directive = { Namespace: environment.metricsNamespace(), Dimensions: [[]], Metrics };
  return { _aws: { Timestamp: now, CloudWatchMetrics: [directive] }, ...Object.fromEntries(counts) };
}

/**
 * The parts of an error that are logged. Other properties are left out, because they may hold a row of the database.
 */
function described(error: Error): Fields {
  const { name, message, stack, cause } = error;
  const code = (error as { code?: unknown }).code;
  return {
    name,
    message,
    ...(typeof code === 'string' ? { code } : {}),
    stack,
    ...(cause === undefined ? {} : { cause: cause instanceof Error ? described(cause) : String(cause) }),
  };
}

function write(level: Level, message: string, fields: Fields): void {
  if (levels.indexOf(level) < levels.indexOf(environment.logLevel()) && due.length === 0) return;
  const [now, metrics] = [new Date(), due];
  due = [];
  const traceId = environment.aws.traceId()?.match(/Root=([^;]+)/)?.[1];
  const line = {
    level,
    message,
    timestamp: now.toISOString(),
    service: environment.functionName(),
    xray_trace_id: traceId,
    ...fields,
    ...(fields.error instanceof Error ? { error: described(fields.error) } : {}),
    ...(metrics.length === 0 ? {} : embedded(metrics, now.getTime())),
  };
  // Written directly to stdout, because Lambda would wrap the console's output in another line of JSON.
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const logger = {
  info: (message: string, fields: Fields = {}) => write('INFO', message, fields),
  warn: (message: string, fields: Fields = {}) => write('WARN', message, fields),
  error: (message: string, fields: Fields = {}) => write('ERROR', message, fields),
};

export const log = () => logger;

interface AccessLine {
  readonly requestId: string;
  readonly operation: string;
  readonly status: number;
  readonly milliseconds: number;
  /** The caller's address. It is deleted together with the line. */
  readonly address: string;
  /** The caller, as soon as it is known. */
  readonly caller: { readonly tenant: { readonly id: string }; readonly principal: string } | undefined;
  readonly code: string | undefined;
}

/** One line per request. There always is one: the emulator waits for a line before it passes on an answer. */
export function logAccess(line: AccessLine, error?: unknown): void {
  const fields = {
    request_id: line.requestId,
    operation: line.operation,
    status: line.status,
    milliseconds: line.milliseconds,
    address: line.address,
    ...(line.caller ? { tenant: line.caller.tenant.id, principal: line.caller.principal } : {}),
    ...(line.code ? { error_code: line.code } : {}),
  };
  if (line.status < 500) write('INFO', 'request', fields);
  else write('ERROR', 'request', { ...fields, error: error instanceof Error ? error : String(error) });
}
