import type { ServerResponse } from 'node:http';
import { sendAwsJson } from './send.ts';

const statuses = {
  ValidationException: 400,
  ResourceNotFoundException: 404,
  ThrottlingException: 429,
  InternalServerException: 500,
} as const;

/** An error in the form of the service. */
export interface Failure {
  readonly type: keyof typeof statuses;
  readonly message: string;
  /** Only for a `ValidationException`. */
  readonly reason?: 'CannotParse' | 'FieldValidationFailed' | 'Missing';
  readonly fieldList?: readonly { readonly name: string; readonly message: string }[];
}

export function sendFailure(response: ServerResponse, { type, ...body }: Failure): void {
  sendAwsJson(response, statuses[type], JSON.stringify(body), { 'x-amzn-errortype': type });
}
