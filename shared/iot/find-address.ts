import { iot } from './service.ts';

/** The account's own address of the broker; its certificate is signed by Amazon's roots. */
export async function findAddress(): Promise<string> {
  const query = { endpointType: 'iot:Data-ATS' };
  const { endpointAddress } = await iot.call<{ endpointAddress: string }>({ method: 'GET', path: ['endpoint'], query });
  return endpointAddress;
}
