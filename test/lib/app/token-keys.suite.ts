import { describe, expect, test } from 'vitest';
import { catalogueOf } from '../../../lib/catalogue.ts';
import { appOf, fakeCatalogue, fakeRoutes, fakeWorkers, type Resource, stages, synthesise } from '../fixture.ts';

/** `Ref` and `Fn::GetAtt` name logical ids; this returns the id. */
const target = (value: unknown): string => {
  const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: string[] };
  return Ref ?? attribute![0]!;
};

function look(context: Readonly<Record<string, string>>) {
  const template = synthesise(fakeCatalogue, context);
  // The key of secrets signs nothing.
  const keys = template.of('KMS::Key').filter(({ Properties }) => Properties.KeyUsage === 'SIGN_VERIFY');
  const aliases = template
    .of('KMS::Alias')
    .filter(({ Properties }) => String(Properties.AliasName).includes('-token-'))
    .map(({ Properties }): [string, Resource] => {
      return [Properties.AliasName, keys.find(({ id }) => id === target(Properties.TargetKeyId))!];
    });
  const ssm = new Map(template.of('SSM::Parameter').map(({ Properties }) => [Properties.Name, Properties.Value]));
  const published = template.resources.find(({ Type }) => Type === 'Custom::TokenKeys')!;
  const role = (name: string) =>
    template.of('IAM::Role').find(({ id }) => {
      const fn = template.of('Lambda::Function').find(({ Properties }) => Properties.FunctionName.endsWith(name))!;
      return id === target(fn.Properties.Role);
    })!;
  const statements = (name: string, action: string) =>
    role(name).Properties.Policies[0].PolicyDocument.Statement.filter(
      (one: { Action: string }) => one.Action === action,
    );
  const settings = (name: string) =>
    template.of('Lambda::Function').find(({ Properties }) => Properties.FunctionName.endsWith(name))!.Properties
      .Environment.Variables;
  /** The SSM parameter from which a `Ref` is read. */
  const ssmName = (ref: unknown) => {
    const { Type, Default } = template.parameters[target(ref)]!;
    expect(Type).toBe('AWS::SSM::Parameter::Value<String>');
    return Default;
  };
  return { template, ssmName, keys, aliases: new Map(aliases), ssm, published, statements, settings };
}

describe.each(stages)('stage %s', (stage) => {
  const { keys, aliases, published, ssm, ssmName, statements, settings, template } = look({ stage });

  test('one P-256 key that only signs, kept where data is kept', () => {
    expect(keys).toHaveLength(1);
    expect(keys[0]?.Properties).toMatchObject({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    expect(keys[0]?.DeletionPolicy).toBe(stage === 'prod' ? 'RetainExceptOnCreate' : 'Delete');
    expect([...aliases]).toEqual([[`alias/hexfence-${stage}-token-1`, keys[0]]]);
  });

  test('its public key is read by a function that may do nothing else, and published under the name of the set', () => {
    const [read] = statements('tokens-publish-keys', 'kms:GetPublicKey');
    expect(target(read.Resource)).toBe(keys[0]?.id);
    expect(published.Properties.keys).toEqual([{ kid: 't1', arn: { 'Fn::GetAtt': [keys[0]?.id, 'Arn'] } }]);
    expect(Number(published.Properties.ServiceTimeout)).toBeLessThanOrEqual(60);
    expect(ssm.get(`/hexfence/${stage}/jwks/1`)).toEqual({ 'Fn::GetAtt': [published.id, 'jwks'] });
    expect(ssm.get(`/hexfence/${stage}/token-key/1`)).toEqual({ 'Fn::GetAtt': [keys[0]?.id, 'Arn'] });
  });

  test('a function that signs may sign with that key, and knows which it is and whose tokens they are', () => {
    const [sign, ...more] = statements('rings-vow', 'kms:Sign');
    expect(more).toEqual([]);
    expect(ssmName(sign.Resource)).toBe(`/hexfence/${stage}/token-key/1`);
    const { TOKEN_KEYS, TOKEN_SIGNER, TOKEN_ISSUER } = settings('rings-vow');
    expect(ssmName(TOKEN_KEYS)).toBe(`/hexfence/${stage}/jwks/1`);
    expect(TOKEN_SIGNER).toEqual({ 'Fn::Join': ['', ['{"kid":"t1","key":"', sign.Resource, '"}']] });
    const account = { Ref: 'AWS::AccountId' };
    expect(TOKEN_ISSUER).toEqual({
      'Fn::Join': ['', ['urn:hexfence:', account, ':', { Ref: 'AWS::Region' }, `:${stage}`]],
    });
  });

  test('no other function may sign, read a public key from KMS, or know of keys', () => {
    const held = template.of('IAM::Role').flatMap(({ Properties }) => Properties.Policies[0].PolicyDocument.Statement);
    const kms = held.map(({ Action }) => Action).filter((action) => JSON.stringify(action).includes('kms:'));
    expect(kms.sort()).toEqual(['kms:GetPublicKey', 'kms:Sign']);
    expect(settings('cameras-list')).not.toHaveProperty('TOKEN_SIGNER');
  });
});

describe('while keys are being rotated', () => {
  const context = { stage: 'prod', tokenKeys: '1,2', tokenSigner: '2' };
  const { keys, aliases, published, ssm, ssmName, statements, settings } = look(context);
  const arnOf = (generation: number) => ({
    'Fn::GetAtt': [aliases.get(`alias/hexfence-prod-token-${generation}`)?.id, 'Arn'],
  });

  test('both keys are there, and both are published', () => {
    expect(keys).toHaveLength(2);
    expect(published.Properties.keys).toEqual([
      { kid: 't1', arn: arnOf(1) },
      { kid: 't2', arn: arnOf(2) },
    ]);
    const [read] = statements('tokens-publish-keys', 'kms:GetPublicKey');
    expect(read.Resource).toEqual([arnOf(1), arnOf(2)]);
    expect(ssm.has('/hexfence/prod/jwks/1-2')).toBe(true);
    expect(ssm.has('/hexfence/prod/jwks/1')).toBe(false);
    expect(ssmName(settings('rings-vow').TOKEN_KEYS)).toBe('/hexfence/prod/jwks/1-2');
  });

  test('one of them signs', () => {
    const [sign, ...more] = statements('rings-vow', 'kms:Sign');
    expect(more).toEqual([]);
    expect(ssmName(sign.Resource)).toBe('/hexfence/prod/token-key/2');
    expect(settings('rings-vow').TOKEN_SIGNER['Fn::Join'][1][0]).toBe('{"kid":"t2","key":"');
  });

  test('a key is the same resource before, during and after', () => {
    const ids = (tokenKeys: string) => {
      const { aliases } = look({ stage: 'prod', tokenKeys });
      return [1, 2].map((one) => aliases.get(`alias/hexfence-prod-token-${one}`)?.id);
    };
    const [before, after] = [ids('1'), ids('2')];
    const during = [1, 2].map((one) => aliases.get(`alias/hexfence-prod-token-${one}`)?.id);
    expect(during).toEqual([before[0], after[1]]);
    expect([before[1], after[0]]).toEqual([undefined, undefined]);
  });
});

test('a catalogue without the function that reads public keys is refused by name', () => {
  const { 'tokens/publish-keys': _, ...workers } = fakeWorkers;
  const without = catalogueOf(fakeRoutes, workers);
  expect(() => appOf(without, { stage: 'dev' })).toThrow('functions/workers.ts has no "tokens/publish-keys"');
});
