import { describe, expect, test } from 'vitest';
import { stageConfig } from '../../lib/config.ts';

const config = (context: Readonly<Record<string, unknown>>) => stageConfig((key) => context[key]);
const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/abc';

describe('stage configuration', () => {
  test('dev is the stage of those who name none', () => {
    expect(config({}).name).toBe('dev');
  });

  test.each([
    [{ stage: 'staging' }, 'There is no stage "staging"; choose one of local, dev, prod.'],
    [{ hexfence: { dev: { alarmEmial: 'x' } } }, 'There is no setting "alarmEmial"; did you mean "alarmEmail"?'],
    [{ hexfence: { dev: { colour: 'x' } } }, 'There is no setting "colour"; choose one of alarmEmail, allowedOrigins,'],
    [{ stage: 'prd' }, 'There is no stage "prd"; did you mean "prod"?'],
    [{ stage: 'prod', domainName: 'a.example' }, 'A domain needs both context values'],
    [{ domainName: 'a.example', certificateArn: certificateArn.replace('us-east-1', 'eu-west-1') }, 'in us-east-1'],
    [{ stage: 'prod', originVerify: 'x' }, 'Context "originVerify" is for stage local, not prod.'],
    [{ stage: 'dev', awsEndpoint: 'http://x' }, 'Context "awsEndpoint" is for stage local, not dev.'],
    [{ tokenKeys: '1,2', tokenSigner: '3' }, 'Context "tokenSigner" is 3, which "tokenKeys" (1,2) does not name.'],
    [{ tokenSigner: '2' }, 'Context "tokenSigner" is 2, which "tokenKeys" (1) does not name.'],
    [{ tokenKeys: '1,two' }, 'Context "tokenKeys" says "two": generations are numbers from 1 to 9999'],
    [{ tokenKeys: '0' }, 'Context "tokenKeys" says "0": generations are numbers from 1 to 9999'],
    [{ tokenKeys: '1,' }, 'Context "tokenKeys" says "": generations are numbers from 1 to 9999'],
    [{ tokenKeys: '1', tokenSigner: '1.0' }, 'Context "tokenSigner" says "1.0": generations are numbers'],
    [{ tokenKeys: '1,1' }, 'Context "tokenKeys" names a generation twice.'],
    [{ tokenKeys: '1,2,3,4' }, 'Context "tokenKeys" names more than 3 generations'],
    [
      { originSecrets: '2', originSecret: '1' },
      'Context "originSecret" is 1, which "originSecrets" (2) does not name.',
    ],
    [{ originSecrets: 'one' }, 'Context "originSecrets" says "one": generations are numbers from 1 to 9999'],
    [{ stage: 'prod', openTargets: true }, 'Context "openTargets" is not for stage prod'],
    [{ hexfence: { prod: { openTargets: 'true' } }, stage: 'prod' }, 'Context "openTargets" is not for stage prod'],
    [{ refuseDirectCalls: 'no' }, 'Context "refuseDirectCalls" must be true or false.'],
    [{ firewallRequestsPerAddress: 99 }, 'Context "firewallRequestsPerAddress" must be a whole number from 100 to'],
    [{ costlyRequestsPerSecond: 0 }, 'Context "costlyRequestsPerSecond" must be a whole number from 1 to 10000.'],
    [{ tableReadUnits: 0 }, 'Context "tableReadUnits" and "tableWriteUnits" are 0 together.'],
    [{ tableReadUnits: -1 }, 'Context "tableReadUnits" must be a whole number from 0 to 1000000.'],
    [{ monthlyBudgetDollars: '12.5' }, 'Context "monthlyBudgetDollars" must be a whole number from 0 to 1000000.'],
    [{ reservedConcurrency: 'a/b' }, 'Context "reservedConcurrency" of "a/b" must be a whole number from 1 to'],
    [{ reservedConcurrency: { 'a/b': 0 } }, 'Context "reservedConcurrency" of "a/b" must be a whole number from 1'],
    [{ mailFrom: 'Acme' }, 'Context "mailFrom" holds no e-mail address: write it as "Acme <no-reply@acme.com>".'],
    [{ mailFrom: 'a@acme.com, b@acme.com' }, 'Context "mailFrom" holds no e-mail address'],
    [{ mailFrom: 'Acme <a@acme.com> <b@acme.com>' }, 'Context "mailFrom" holds no e-mail address'],
    [{ mailFrom: 'Acme <no-reply@acme>' }, 'Context "mailFrom" holds no e-mail address'],
    [{ mailFrom: 'A\r\nBcc: x@y.example <a@acme.com>' }, 'Context "mailFrom" has a name that no mail can show'],
    [{ mailFrom: `${'é'.repeat(23)} <a@acme.com>` }, 'Context "mailFrom" has a name that no mail can show: at most 45'],
    [{ mailIdentity: 'domain' }, 'Context "mailIdentity" needs "mailFrom"'],
    [{ mailFrom: 'a@acme.com', mailIdentity: 'dns' }, '"dns": choose one of address, domain, existing.'],
    [{ appUrl: 'http://app.acme.com' }, 'Context "appUrl" is "http://app.acme.com": it must be an https address'],
    [{ appUrl: 'app.acme.com' }, 'it must be an https address without query'],
    [{ appUrl: 'https://app.acme.com?x=1' }, 'it must be an https address without query'],
    [{ appUrl: 'https://me:secret@app.acme.com' }, 'it must be an https address without query'],
    [{ signUp: 'yes' }, 'Context "signUp" must be true or false.'],
    [{ geocodesPerSecond: '0' }, 'Context "geocodesPerSecond" must be a whole number from 1 to 10000.'],
    [{ geocodesPerSecond: '1e3' }, 'must be a whole number from 1 to 10000.'],
    [{ geocodesPerSecond: 12.5 }, 'must be a whole number from 1 to 10000.'],
    [{ geocodesPerSecond: 10_001 }, 'must be a whole number from 1 to 10000.'],
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

  test('addresses are looked up at the quota that AWS gives, or the one that is named', () => {
    const rate = (context: Readonly<Record<string, unknown>>) => config(context).geocodesPerSecond;
    expect(['local', 'dev', 'prod'].map((stage) => rate({ stage }))).toEqual([500, 50, 50]);
    expect([rate({ geocodesPerSecond: '120' }), rate({ geocodesPerSecond: 7 })]).toEqual([120, 7]);
  });

  test('only prod is protected, and only local has no CloudFront', () => {
    const [local, dev, prod] = ['local', 'dev', 'prod'].map((stage) => config({ stage }));
    expect([local, dev, prod].map((stage) => stage?.deletionProtection)).toEqual([false, false, true]);
    expect([local, dev, prod].map((stage) => stage?.frontDoor)).toEqual(['gateway', 'cloudfront', 'cloudfront']);
  });

  test('browsers of no origin may call prod until one is named', () => {
    expect(config({ stage: 'prod' }).allowedOrigins).toEqual([]);
  });

  test.each([
    [{}, { published: [1], signer: 1 }],
    [{ tokenKeys: '2, 1' }, { published: [1, 2], signer: 1 }],
    [
      { tokenKeys: '1,2', tokenSigner: '2' },
      { published: [1, 2], signer: 2 },
    ],
    [{ tokenKeys: '2' }, { published: [2], signer: 2 }],
    [{ hexfence: { dev: { tokenKeys: '4,5', tokenSigner: '5' } } }, { published: [4, 5], signer: 5 }],
  ])('token keys of %j', (context, tokenKeys) => {
    expect(config(context).tokenKeys).toEqual(tokenKeys);
  });

  test('numbers by name are text on a command line and an object in cdk.json', () => {
    const reserved = { 'a/b': 4, 'c/d': 5 };
    expect(config({ reservedConcurrency: 'a/b=4, c/d=5' }).ceilings.reservedConcurrency).toEqual(reserved);
    expect(config({ hexfence: { dev: { reservedConcurrency: reserved } } }).ceilings.reservedConcurrency).toEqual(
      reserved,
    );
  });

  test('calls past the front door are refused until it is said otherwise', () => {
    expect(['local', 'dev', 'prod'].map((stage) => config({ stage }).refuseDirectCalls)).toEqual([true, true, true]);
    expect(config({ refuseDirectCalls: 'false' }).refuseDirectCalls).toBe(false);
  });

  test('an origin secret is sent before it is asked for', () => {
    expect(config({}).originSecrets).toEqual({ sent: [1], accepted: 1 });
    expect(config({ originSecrets: '1,2' }).originSecrets).toEqual({ sent: [1, 2], accepted: 1 });
    expect(config({ originSecrets: '1,2', originSecret: '2' }).originSecrets).toEqual({ sent: [1, 2], accepted: 2 });
  });

  test.each([
    ['no-reply@acme.com', 'no-reply@acme.com'],
    ['Acme <no-reply@acme.com>', 'Acme <no-reply@acme.com>'],
    [' Acme GmbH & Co. <no-reply@acme.com> ', '"Acme GmbH & Co." <no-reply@acme.com>'],
    ['"Acme, Inc." <no-reply@acme.com>', '"Acme, Inc." <no-reply@acme.com>'],
    ['The "A" Team <no-reply@acme.com>', '"The \\"A\\" Team" <no-reply@acme.com>'],
    ['Łódź <no-reply@acme.com>', '=?UTF-8?B?xYHDs2TFug==?= <no-reply@acme.com>'],
  ])('mails from %j carry the header %j', (mailFrom, from) => {
    const address = 'no-reply@acme.com';
    expect(config({ mailFrom }).mail).toEqual({ from, address, domain: 'acme.com', identity: 'address' });
  });

  test('a domain is one whatever its case, an address is as written', () => {
    const { mail } = config({ mailFrom: 'No.Reply@ACME.com', mailIdentity: 'domain' });
    expect(mail).toEqual({
      from: 'No.Reply@ACME.com',
      address: 'No.Reply@ACME.com',
      domain: 'acme.com',
      identity: 'domain',
    });
  });

  test('links begin with the address of the application, without a slash at its end', () => {
    expect(config({ appUrl: 'https://acme.com/app//' }).appUrl).toBe('https://acme.com/app');
    expect(config({ appUrl: 'https://app.acme.com' }).appUrl).toBe('https://app.acme.com');
    expect(config({ stage: 'local', appUrl: 'http://localhost:3000' }).appUrl).toBe('http://localhost:3000');
    expect(config({}).appUrl).toBeUndefined();
  });

  test('only the local stage lets anybody sign up and sends mails, until it is said', () => {
    expect(['local', 'dev', 'prod'].map((stage) => config({ stage }).signUp)).toEqual([true, false, false]);
    expect(['local', 'dev', 'prod'].map((stage) => config({ stage }).mail?.domain)).toEqual([
      'hexfence.local',
      undefined,
      undefined,
    ]);
    expect(config({ signUp: 'true' }).signUp).toBe(true);
    expect(config({ hexfence: { prod: { signUp: true } }, stage: 'prod' }).signUp).toBe(true);
    expect(config({ stage: 'local', signUp: 'false' }).signUp).toBe(false);
  });
});
