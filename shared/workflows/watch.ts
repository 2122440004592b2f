import { defineCapability } from '../capability/capability.ts';
import { together } from '../entity/grants.ts';
import { RunMessage, WatchMessage } from '../messages/workflows.ts';
import { sendTo } from '../queue/sender.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { optional, Table } from '../table/table.ts';
import { deviceTarget } from '../topology/device-terms.ts';
import { concurrently } from '../worker/concurrently.ts';
import { type ThinWorkflow, workflows } from './kind.ts';
import { look, tablesOfLook } from './offline.ts';
import { arm } from './watch-rows.ts';

/** Watching devices for workflows with the trigger `device_offline`. */

const main = new Table('main');
const pageSize = 200;
const workMilliseconds = 30_000;

async function run(message: WatchMessage): Promise<void> {
  if (message.job === 'look') await look(message.tenant, message.deviceId);
  else await armAll(message);
}

/** Arms the timers of all devices that a workflow may concern. Idempotent. */
async function armAll(message: Extract<WatchMessage, { readonly job: 'arm' }>): Promise<void> {
  const { tenant, workflowId } = message;
  const thin = await main.get<ThinWorkflow & object>(entityKeys.thin(tenant, workflows.name, workflowId));
  if (!thin?.is_active || thin.trigger.type !== 'device_offline') return;
  const { device_ids } = thin.trigger;
  if (device_ids) {
    const named = [...new Set(device_ids)];
    const rows = await main.getMany(named.map((id) => deviceTarget.key(tenant, id)));
    const there = named.filter((_, i) => rows[i]);
    await concurrently(there, (id) => arm(tenant, id), Number.POSITIVE_INFINITY);
    return;
  }
  const until = Date.now() + workMilliseconds;
  let { after } = message;
  do {
    const devices = entityKeys.thins(tenant, deviceTarget.kind);
    const page = await main.query<{ sk: string }>(devices, { pageSize, ...optional('after', after) });
    await concurrently(page.rows, ({ sk }) => arm(tenant, sk), Number.POSITIVE_INFINITY);
    after = page.next;
  } while (after !== undefined && Date.now() < until);
  if (after !== undefined) await sendTo(WatchMessage.order({ ...message, after }), workflowId);
}

export const watchDevices = defineCapability({
  tables: together([tablesOfLook, { main: ['GetItem', 'BatchGetItem', 'Query', 'UpdateItem'] }]),
  sendsTo: [RunMessage, WatchMessage],
  defersTo: [RunMessage, WatchMessage],
  open: () => ({ run }),
});
