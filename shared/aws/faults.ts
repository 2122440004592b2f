/**
 * The errors that a call to AWS may throw. They are distinguished by the names that AWS gives them, not by classes, so
 * that the same test works for other clients.
 */

/** An error answer of the service. Its further members (`CancellationReasons`, `Item`) are properties too. */
export class ServiceFault extends Error {
  override readonly name: string;
  readonly status: number;

  constructor(name: string, message: string, status: number, more: object = {}) {
    super(message);
    this.name = name;
    this.status = status;
    Object.assign(this, more);
  }
}

export const timedOut = (what: string): Error => Object.assign(new Error(what), { name: 'TimeoutError' });
export const aborted = (): Error => Object.assign(new Error('The call was given up'), { name: 'AbortError' });

export const isNamed = (error: unknown, names: readonly string[]): boolean =>
  error instanceof Error && names.includes(error.name);

/** S3 answers `AccessDenied` for a missing object, unless the caller may list the bucket. */
export const isMissingObject = (error: unknown): boolean => isNamed(error, ['NoSuchKey', 'AccessDenied']);

const networkCodes = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
];

const throttles = [
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
];

const outages = [
  'InternalServerError',
  'ServiceUnavailableException',
  'ServiceUnavailable',
  'TimeoutError',
  'NetworkingError',
];

/** The service accepts no more calls for now. */
export const isThrottled = (error: unknown): boolean => isNamed(error, throttles);

/** The service is overloaded, slow or unavailable; the same call may succeed later. */
export function isUnavailable(error: unknown): boolean {
  if (isThrottled(error) || isNamed(error, outages)) return true;
  if (error instanceof ServiceFault) return error.status >= 500 || error.status === 429;
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && networkCodes.includes(code);
}

const skews = [
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
];

/** The signature was refused, perhaps because of its time. */
export const isSignatureRefused = (error: unknown): boolean => isNamed(error, skews);
