import { JsonService } from '../aws/json-service.ts';

/** The one client of SQS of a process. */
export const sqs: JsonService = /* @__PURE__ */ new JsonService({
  name: 'sqs',
  target: 'AmazonSQS',
  jsonVersion: '1.0',
});
