import { inject } from 'vitest';
import { connect } from '../../lib/operator/connect.ts';
import { createKey, type KeyDraft } from '../../shared/operator/keys.ts';
import type { WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { createWorkspace, type WorkspaceDraft } from '../../shared/workspaces/workspaces.ts';

/** The platform for a test: over HTTP at `url` if it is deployed, and through its tables, as the operator. */

let number = 0;

/** Whether the tests of this run share a deployed stack; otherwise the platform is in their process. */
export const isDeployed = (): boolean => (inject('stack') as unknown) !== undefined;

/**
 * Connects this process to the deployed stack, as root; handlers that are called in this process then do what the
 * deployed ones do.
 */
export function useDeployedTables(): void {
  const { environment } = inject('stack');
  Object.assign(process.env, environment);
  connect('local', inject('stack'));
  process.env.LOG_LEVEL = 'SILENT';
}

/** A new workspace for the test, with a key that has `scopes`. */
export async function newWorkspace(draft: Partial<WorkspaceDraft> = {}): Promise<WorkspaceRow> {
  number += 1;
  const slug = `t${process.pid}-${Date.now().toString(36)}-${number}`;
  return await createWorkspace({ name: `Test ${slug}`, slug, plan: 'enterprise', ...draft });
}

export async function newKey(
  workspace: WorkspaceRow,
  draft: Partial<KeyDraft> & Pick<KeyDraft, 'scopes'>,
): Promise<string> {
  return (await createKey(workspace, { name: 'Test key', ...draft })).key;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at answers of every shape
  readonly body: any;
  /** The body before it was decoded as text. */
  readonly bytes: Buffer;
}

/** A client of the deployed API, over HTTP. */
export function apiClient(key: string | undefined) {
  return async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer> => {
    const isBytes = body instanceof Uint8Array;
    const answer = await fetch(inject('stack').url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(key === undefined ? {} : { 'X-API-Key': key }),
        ...(body === undefined || isBytes ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' || isBytes ? body : JSON.stringify(body) }),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const text = bytes.toString();
    const isJson = answer.headers.get('content-type')?.includes('json') && text !== '';
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text, bytes };
  };
}
