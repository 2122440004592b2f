import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ServiceFault } from '../../../shared/aws/faults.ts';
import { countMetric, log, logAccess } from '../../../shared/log/log.ts';
import { catchOutput, type Output } from '../support/platform.ts';

let output: Output;
beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'hexfence-dev-geofences-check');
  vi.stubEnv('METRICS_NAMESPACE', 'Hexfence/dev');
  vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1');
  output = catchOutput();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const common = {
  timestamp: '2026-03-22T10:00:00.000Z',
  service: 'hexfence-dev-geofences-check',
  xray_trace_id: '1-5759e988-bd862e3fe1be46a994272793',
};
const facts = {
  requestId: 'req_1',
  operation: 'checkGeofences',
  status: 200,
  milliseconds: 7,
  address: '203.0.113.9',
  caller: { tenant: { id: 'w1' }, principal: 'key_k1' },
  code: undefined,
};

test('a request is one line, with its caller and its outcome', () => {
  logAccess(facts);
  expect(output.lines()).toEqual([
    {
      level: 'INFO',
      message: 'request',
      ...common,
      request_id: 'req_1',
      operation: 'checkGeofences',
      status: 200,
      milliseconds: 7,
      address: '203.0.113.9',
      tenant: 'w1',
      principal: 'key_k1',
    },
  ]);
  expect(output.text().endsWith('}\n')).toBe(true);
});

test('one by nobody that was refused has the code, and no caller', () => {
  logAccess({ ...facts, status: 401, caller: undefined, code: 'KEY_INVALID' });
  const [line] = output.lines();
  expect(line).toMatchObject({ level: 'INFO', status: 401, error_code: 'KEY_INVALID' });
  expect(line).not.toHaveProperty('tenant');
});

test('one that failed has the error with its stack and its causes, and nothing that a row would tell', () => {
  const cause = new ServiceFault('ConditionalCheckFailedException', 'no', 400, { Item: { secretHash: { S: 'hash' } } });
  const network = Object.assign(new Error('read', { cause }), { code: 'ECONNRESET', secret: 'hunter2' });
  logAccess({ ...facts, status: 500 }, new TypeError('broken', { cause: network }));
  const [line] = output.lines();
  expect(line).toMatchObject({
    level: 'ERROR',
    error: {
      name: 'TypeError',
      message: 'broken',
      stack: expect.stringContaining('log.test.ts'),
      cause: { message: 'read', code: 'ECONNRESET', cause: { name: 'ConditionalCheckFailedException', message: 'no' } },
    },
  });
  expect(output.text()).not.toMatch(/hunter2|secretHash/);
  logAccess({ ...facts, status: 500 }, 'thrown as text');
  expect(output.lines()[1]).toMatchObject({ error: 'thrown as text' });
});

test('outside of Lambda a line lacks what only Lambda knows', () => {
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', undefined);
  vi.stubEnv('_X_AMZN_TRACE_ID', undefined);
  log().warn('odd', { geofence: 'g1' });
  expect(output.lines()).toEqual([{ level: 'WARN', message: 'odd', timestamp: common.timestamp, geofence: 'g1' }]);
});

test.each([
  ['DEBUG', ['INFO', 'WARN', 'ERROR']],
  [undefined, ['INFO', 'WARN', 'ERROR']],
  ['WARN', ['WARN', 'ERROR']],
  ['ERROR', ['ERROR']],
  ['SILENT', []],
])('at the level %s, %o are written', (level, written) => {
  vi.stubEnv('LOG_LEVEL', level);
  log().info('a');
  log().warn('b');
  log().error('c');
  expect(output.lines().map((line) => line.level)).toEqual(written);
});

test('a metric is in the next line, once, in the form that CloudWatch reads', () => {
  countMetric('UndeclaredProblem');
  countMetric('RateCounterUnavailable');
  countMetric('UndeclaredProblem');
  logAccess(facts);
  logAccess(facts);
  const [first, second] = output.lines();
  expect(first).toMatchObject({
    message: 'request',
    UndeclaredProblem: 2,
    RateCounterUnavailable: 1,
    _aws: {
      Timestamp: Date.parse('2026-03-22T10:00:00Z'),
      CloudWatchMetrics: [
        {
          Namespace: 'Hexfence/dev',
          Dimensions: [[]],
          Metrics: [
            { Name: 'UndeclaredProblem', Unit: 'Count' },
            { Name: 'RateCounterUnavailable', Unit: 'Count' },
          ],
        },
      ],
    },
  });
  expect(second).not.toHaveProperty('_aws');
});

test('a line that carries a metric is written at any level', () => {
  vi.stubEnv('LOG_LEVEL', 'ERROR');
  countMetric('RateCounterUnavailable');
  logAccess(facts);
  logAccess(facts);
  expect(output.metrics()).toEqual(['RateCounterUnavailable']);
});
