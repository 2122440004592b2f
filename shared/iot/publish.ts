import { RestService } from '../aws/rest-service.ts';
import { environment } from '../capability/environment.ts';

/** The data plane of AWS IoT Core, which has an address of its own in each account. */
const data: RestService = /* @__PURE__ */ new RestService({
  name: 'iot_data',
  signedAs: 'iotdata',
  host: () => environment.requiredSetting('BROKER_ADDRESS'),
});

/** Sends JSON to whoever has subscribed; the broker delivers at least once, and keeps nothing for those who are away. */
export async function publish(topic: string, payload: string): Promise<void> {
  await data.call({ method: 'POST', path: ['topics', topic], query: { qos: '1' }, body: payload });
}
