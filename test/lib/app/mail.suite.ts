import { describe, expect, test } from 'vitest';
import { fakeCatalogue, synthesise } from '../fixture.ts';

function look(context: Readonly<Record<string, string>>) {
  const template = synthesise(fakeCatalogue, context);
  const fn = template.of('Lambda::Function').find(({ Properties }) => Properties.FunctionName.endsWith('-rings-vow'))!;
  const role = template.of('IAM::Role').find(({ id }) => id === fn.Properties.Role['Fn::GetAtt'][0])!;
  const statements: readonly { readonly Action: string; readonly Resource: unknown }[] =
    role.Properties.Policies[0].PolicyDocument.Statement;
  const { MAIL_FROM, APP_URL, SIGN_UP } = fn.Properties.Environment.Variables;
  return {
    identities: template.of('SES::EmailIdentity'),
    sends: statements.filter(({ Action }) => Action.includes('ses:')),
    variables: { MAIL_FROM, APP_URL, SIGN_UP },
  };
}

const arn = (identity: string) => ({
  'Fn::Join': [
    '',
    [
      'arn:',
      { Ref: 'AWS::Partition' },
      ':ses:',
      { Ref: 'AWS::Region' },
      ':',
      { Ref: 'AWS::AccountId' },
      `:identity/${identity}`,
    ],
  ],
});

describe('mails', () => {
  test('come from nobody where nobody is named: no identity, no right, no setting', () => {
    const { identities, sends, variables } = look({ stage: 'prod' });
    expect(identities).toEqual([]);
    expect(sends).toEqual([]);
    expect(variables).toEqual({ MAIL_FROM: undefined, APP_URL: undefined, SIGN_UP: undefined });
  });

  test('come from the address alone, or from its domain, whichever is verified', () => {
    const { identities, sends, variables } = look({
      stage: 'prod',
      mailFrom: 'Acme <no-reply@acme.com>',
      appUrl: 'https://app.acme.com/',
      signUp: 'true',
    });
    expect(identities).toMatchObject([
      { Properties: { EmailIdentity: 'no-reply@acme.com' }, DeletionPolicy: 'RetainExceptOnCreate' },
    ]);
    expect(sends).toMatchObject([{ Action: 'ses:SendEmail', Resource: [arn('no-reply@acme.com'), arn('acme.com')] }]);
    expect(variables).toEqual({
      MAIL_FROM: 'Acme <no-reply@acme.com>',
      APP_URL: 'https://app.acme.com',
      SIGN_UP: 'true',
    });
  });

  test.each([
    ['domain', ['acme.com']],
    ['existing', []],
  ])('with mailIdentity=%s SES is asked to verify %j', (mailIdentity, verified) => {
    const { identities, sends } = look({ stage: 'dev', mailFrom: 'no-reply@acme.com', mailIdentity });
    expect(identities.map(({ Properties }) => Properties.EmailIdentity)).toEqual(verified);
    expect(identities.every(({ DeletionPolicy }) => DeletionPolicy === 'Delete')).toBe(true);
    expect(sends).toHaveLength(1);
  });

  test('the local stage has a sender of its own', () => {
    const { identities, sends, variables } = look({ stage: 'local' });
    expect(sends).toMatchObject([{ Action: 'ses:SendEmail' }]);
    expect(identities.map(({ Properties }) => Properties.EmailIdentity)).toEqual(['no-reply@hexfence.local']);
    expect(variables).toEqual({ MAIL_FROM: 'Hexfence <no-reply@hexfence.local>', APP_URL: undefined, SIGN_UP: 'true' });
  });
});
