import { describe, expect, test } from 'vitest';
import { fakeCatalogue, type Synthesised, synthesise } from '../fixture.ts';

function functionOf(template: Synthesised, ending: string) {
  const fn = template.of('Lambda::Function').find(({ Properties }) => Properties.FunctionName.endsWith(ending))!;
  const role = template.of('IAM::Role').find(({ id }) => id === fn.Properties.Role['Fn::GetAtt'][0])!;
  const statements: readonly { readonly Action: string; readonly Resource: unknown }[] =
    role.Properties.Policies[0].PolicyDocument.Statement;
  return {
    variables: fn.Properties.Environment.Variables,
    asks: statements.filter(({ Action }) => /^geo:/.test(Action)),
  };
}

const arn = (name: string) => ({
  'Fn::Join': [
    '',
    [
      'arn:',
      { Ref: 'AWS::Partition' },
      ':geo:',
      { Ref: 'AWS::Region' },
      ':',
      { Ref: 'AWS::AccountId' },
      `:place-index/${name}`,
    ],
  ],
});

describe('geocoding', () => {
  test.each(['dev', 'prod'])('asks an index of Esri whose answers may be kept, at stage %s', (stage) => {
    const template = synthesise(fakeCatalogue, { stage });
    const properties = {
      IndexName: `hexfence-${stage}-places`,
      DataSource: 'Esri',
      DataSourceConfiguration: { IntendedUse: 'Storage' },
    };
    const workers = `Hexfence-${stage}-Workers`;
    expect(template.of('Location::PlaceIndex')).toMatchObject([{ stack: workers, Properties: properties }]);
  });

  test('is granted on the index alone, to whom declares it alone', () => {
    const template = synthesise(fakeCatalogue, { stage: 'prod' });
    const { asks, variables } = functionOf(template, '-rings-sweep');
    expect(asks).toEqual([
      { Effect: 'Allow', Action: 'geo:SearchPlaceIndexForText', Resource: arn('hexfence-prod-places') },
    ]);
    expect(variables).toMatchObject({ PLACE_INDEX: 'hexfence-prod-places', GEOCODES_PER_SECOND: '50' });
    expect(variables.AWS_ENDPOINT_URL_LOCATION).toBeUndefined();
    const others = template
      .of('Lambda::Function')
      .filter(({ Properties }) => 'PLACE_INDEX' in Properties.Environment.Variables);
    expect(others.map(({ Properties }) => Properties.FunctionName)).toEqual(['hexfence-prod-rings-sweep']);
  });

  test('has the quota that the account was given', () => {
    const { variables } = functionOf(
      synthesise(fakeCatalogue, { stage: 'dev', geocodesPerSecond: '120' }),
      '-rings-sweep',
    );
    expect(variables.GEOCODES_PER_SECOND).toBe('120');
  });

  test('is answered by the gateway locally, where no template may have an index', () => {
    const template = synthesise(fakeCatalogue, { stage: 'local', awsEndpoint: 'http://localhost:4000' });
    expect(template.of('Location::PlaceIndex')).toEqual([]);
    expect(functionOf(template, '-rings-sweep').variables).toMatchObject({
      PLACE_INDEX: 'hexfence-local-places',
      GEOCODES_PER_SECOND: '500',
      AWS_ENDPOINT_URL_LOCATION: 'http://localhost:4000',
      AWS_ENDPOINT_URL_S3: 'http://localhost:4000',
      AWS_ENDPOINT_URL_SQS: 'http://localhost:4000',
    });
  });
});
