import { JsonService } from '../aws/json-service.ts';

/** The one client of DynamoDB of a process. */
export const dynamoDb: JsonService = /* @__PURE__ */ new JsonService({
  name: 'dynamodb',
  target: 'DynamoDB_20120810',
  jsonVersion: '1.0',
});
