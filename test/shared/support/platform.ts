import { vi } from 'vitest';
import { createKey, type KeyDraft } from '../../../shared/operator/keys.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { createWorkspace, type WorkspaceDraft } from '../../../shared/workspaces/workspaces.ts';

/** A workspace and keys as the operator creates them, in the database of the test. */

let number = 0;

export async function workspaceWith(draft: Partial<WorkspaceDraft> = {}): Promise<WorkspaceRow> {
  number += 1;
  return await createWorkspace({ name: 'Test', slug: `test-${number}`, plan: 'pro', ...draft });
}

export async function keyOf(workspace: WorkspaceRow, draft: Partial<KeyDraft> = {}): Promise<string> {
  const scopes = ['geofences:read', 'geofences:write', 'geofences:delete'];
  return (await createKey(workspace, { name: 'Test', scopes, ...draft })).key;
}

export interface Output {
  /** All text that was written to the log, errors included. */
  text(): string;
  /** Lines that are JSON, parsed. */
  lines(): Record<string, unknown>[];
  /** Names of metrics, each as often as it was counted, from the lines that hold them. */
  metrics(): string[];
}

/** Captures what the process writes, in place of the console. */
export function catchOutput(): Output {
  let written = '';
  const take = (chunk: unknown) => {
    written += String(chunk);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(take as never);
  vi.spyOn(process.stderr, 'write').mockImplementation(take as never);
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...args) => void take(`${args.join(' ')}\n`));
  }
  const lines = () =>
    written
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const metrics = () =>
    lines().flatMap((line) => {
      const declared = line._aws as { CloudWatchMetrics: { Metrics: { Name: string }[] }[] } | undefined;
      const names = declared?.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)) ?? [];
      return names.flatMap((name) => Array<string>(Number(line[name])).fill(name));
    });
  return { text: () => written, lines, metrics };
}
