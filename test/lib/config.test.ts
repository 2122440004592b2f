import { describe, expect, test } from 'vitest';
import { stageConfig } from '../../lib/config.ts';

const config = (context: Readonly<Record<string, unknown>>) => stageConfig((key) => context[key]);
const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/abc';

describe('stage configuration', () => {
  test('dev is the stage of those who name none', () => {
    expect(config({}).name).toBe('dev');
  });

  test.each([
    [{ stage: 'staging' }, 'Unknown stage "staging": choose one of local, dev, prod (-c stage=dev).'],
    [{ stage: 'prod', domainName: 'a.example' }, 'A domain needs both context values'],
    [{ domainName: 'a.example', certificateArn: certificateArn.replace('us-east-1', 'eu-west-1') }, 'in us-east-1'],
    [{ stage: 'prod', originVerify: 'x' }, 'Context "originVerify" is for stage local, not prod.'],
    [{ stage: 'dev', awsEndpoint: 'http://x' }, 'Context "awsEndpoint" is for stage local, not dev.'],
    [{ alarmEmail: 7 }, 'Context "alarmEmail" must be a string.'],
  ])('%j is refused in one sentence', (context, sentence) => {
    expect(() => config(context)).toThrow(sentence);
  });

  test('cdk.json keeps what belongs to one stage, and the command line wins over it', () => {
    const hexfence = { prod: { alarmEmail: 'ops@a.example', allowedOrigins: 'https://a.example, https://b.example' } };
    expect(config({ hexfence, stage: 'prod' })).toMatchObject({
      alarmEmail: 'ops@a.example',
      allowedOrigins: ['https://a.example', 'https://b.example'],
    });
    expect(config({ hexfence, stage: 'dev' }).alarmEmail).toBeUndefined();
    expect(config({ hexfence, stage: 'prod', alarmEmail: 'me@a.example' }).alarmEmail).toBe('me@a.example');
  });

  test('only prod is protected, and only local has no CloudFront', () => {
    const [local, dev, prod] = ['local', 'dev', 'prod'].map((stage) => config({ stage }));
    expect([local, dev, prod].map((stage) => stage?.deletionProtection)).toEqual([false, false, true]);
    expect([local, dev, prod].map((stage) => stage?.frontDoor)).toEqual(['gateway', 'cloudfront', 'cloudfront']);
  });

  test('browsers of no origin may call prod until one is named', () => {
    expect(config({ stage: 'prod' }).allowedOrigins).toEqual([]);
  });
});
