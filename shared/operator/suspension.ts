import { problem } from '../problems/problem.ts';
import { isSuspended, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { decide } from './decision.ts';

/**
 * A suspended workspace keeps all of its data. Its keys and tokens are refused from the next request on, nobody can sign
 * in, and its work in queues waits.
 */

export async function suspendWorkspace(workspace: WorkspaceRow): Promise<WorkspaceRow> {
  return await decide(workspace, (before) => ({
    action: 'workspace.suspend',
    attributes: isSuspended(before) ? {} : { suspendedAt: Date.now() },
    removed: [],
    changes: isSuspended(before) ? {} : { suspended: [false, true] },
  }));
}

/** @throws INVALID_TRANSITION when its deletion has begun */
export async function resumeWorkspace(workspace: WorkspaceRow): Promise<WorkspaceRow> {
  return await decide(workspace, (before) => {
    if (before.deletingSince !== undefined) {
      const detail = `The deletion of ${before.slug} has begun, and part of its data is gone: run the deletion again.`;
      throw problem('INVALID_TRANSITION', detail, { from: 'deleting', to: 'active' });
    }
    return {
      action: 'workspace.resume',
      attributes: {},
      removed: ['suspendedAt'],
      changes: isSuspended(before) ? { suspended: [true, false] } : {},
    };
  });
}
