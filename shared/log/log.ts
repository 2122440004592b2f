import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

let logger: Logger | undefined;
let metrics: Metrics | undefined;

/** The process's structured logger, built on first use. Never hand it a body, a header or a credential. */
export function log(): Logger {
  logger ??= new Logger();
  return logger;
}

export type MetricName = 'RateCounterUnavailable' | 'UndeclaredProblem' | 'RecordNotHandedOn';

/** Counts something an alarm looks at; one line in the log, which CloudWatch reads as a metric. */
export function countMetric(name: MetricName): void {
  // One dimension for all functions: nobody looks at a counter of one in three hundred. The namespace names the stage.
  metrics ??= new Metrics({ serviceName: 'hexfence' });
  metrics.addMetric(name, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}

interface AccessLine {
  readonly requestId: string;
  readonly operation: string;
  readonly status: number;
  readonly milliseconds: number;
  /** The caller's address; kept as long as the line is. */
  readonly address: string;
  /** Who asked, once that is known. */
  readonly caller: { readonly tenant: { readonly id: string }; readonly principal: string } | undefined;
  readonly code: string | undefined;
}

/** One line a request; the emulator waits for a line before it hands on an answer, so there is always one. */
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
  if (line.status < 500) log().info('request', fields);
  else log().error('request', { ...fields, error: error instanceof Error ? error : String(error) });
}
