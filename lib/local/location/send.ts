import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';

export function sendAwsJson(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const named = { 'Content-Type': 'application/json', 'x-amzn-RequestId': randomUUID(), ...headers };
  response.writeHead(status, named).end(body);
}
