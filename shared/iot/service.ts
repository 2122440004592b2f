import { isNamed } from '../aws/faults.ts';
import { RestService } from '../aws/rest-service.ts';
import { environment } from '../capability/environment.ts';

/** AWS IoT Core: the control plane, and the data plane, whose address differs from account to account. */

export const iot: RestService = /* @__PURE__ */ new RestService({ name: 'iot' });

const data: RestService = /* @__PURE__ */ new RestService({
  name: 'iot_data',
  signedAs: 'iotdata',
  host: () => environment.requiredSetting('BROKER_ADDRESS'),
});

/** For calls that remove something: it is not a failure if that is gone already. Returns whether it existed. */
export async function unlessGone(call: Promise<unknown>): Promise<boolean> {
  return await call.then(
    () => true,
    (error: unknown) => {
      if (!isNamed(error, ['ResourceNotFoundException'])) throw error;
      return false;
    },
  );
}

/** The address of the broker in this account. Its certificate is signed by Amazon's root authorities. */
export async function findAddress(): Promise<string> {
  const query = { endpointType: 'iot:Data-ATS' };
  const { endpointAddress } = await iot.call<{ endpointAddress: string }>({ method: 'GET', path: ['endpoint'], query });
  return endpointAddress;
}

/** Ends the connection of a client, if there is one, and its session. Its will message is not sent. */
export async function disconnect(clientId: string): Promise<void> {
  const query = { cleanSession: 'true', preventWillMessage: 'true' };
  const call = data.call({ method: 'DELETE', path: ['connections', clientId], query });
  await unlessGone(call);
}

/** Publishes JSON to the subscribers of a topic, at least once. A device that is not connected misses it. */
export async function publish(topic: string, payload: string): Promise<void> {
  await data.call({ method: 'POST', path: ['topics', topic], query: { qos: '1' }, body: payload });
}
