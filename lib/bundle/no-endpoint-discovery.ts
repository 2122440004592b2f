/**
 * What functions are bundled with instead of `@aws-sdk/middleware-endpoint-discovery`. The DynamoDB client sets the
 * discovery up for its Timestream relatives, with a cache and a command of its own; none of its commands asks for it.
 */
export const resolveEndpointDiscoveryConfig = <C>(config: C): C => config;

/** Read as `aws_sdk_config` options are: neither the environment nor a profile has a say. */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: () => undefined,
  configFileSelector: () => undefined,
  default: false,
};
