import { RestService } from '../aws/rest-service.ts';

/** The control plane of AWS IoT Core. */
export const iot: RestService = /* @__PURE__ */ new RestService({ name: 'iot' });
