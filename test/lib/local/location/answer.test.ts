import { ResourceNotFoundException, ValidationException } from '@aws-sdk/client-location';
import { describe, expect, test } from 'vitest';
import { openStage } from './stage.ts';

describe('SearchPlaceIndexForText, as the SDK reads it', () => {
  test('answers a summary and results', async () => {
    const { search } = await openStage();
    const input = {
      Text: '1 Infinite Loop, Cupertino, CA',
      BiasPosition: [-122.4194, 37.7793],
      FilterCountries: ['USA', 'CAN'],
      FilterCategories: ['AddressType'],
      Language: 'en',
      MaxResults: 5,
      Key: 'v1.public.key',
    };
    const { $metadata, ...answer } = await search(input);
    const { Key, ...echoed } = input;
    expect($metadata).toMatchObject({ httpStatusCode: 200, requestId: expect.stringMatching(/^[\da-f-]{36}$/) });
    expect(answer).toEqual({
      Summary: { ...echoed, DataSource: 'Esri', ResultBBox: [-122.0312, 37.3318, -122.0312, 37.3318] },
      Results: [
        {
          Place: {
            Label: '1 Infinite Loop, Cupertino, CA, 95014, USA',
            Geometry: { Point: [-122.0312, 37.3318] },
            AddressNumber: '1',
            Street: 'Infinite Loop',
            Municipality: 'Cupertino',
            SubRegion: 'Santa Clara County',
            Region: 'California',
            Country: 'USA',
            PostalCode: '95014',
            Interpolated: false,
            Categories: ['AddressType'],
          },
          Relevance: 1,
          Distance: expect.closeTo(60_344, -2),
        },
      ],
    });
  });

  test('puts a box around several results, at most 50 of them', async () => {
    const { search } = await openStage();
    const { Summary, Results } = await search({ Text: 'Vancouver' });
    expect(Results!.map(({ Place }) => Place!.Country)).toEqual(['USA', 'CAN']);
    expect(Results!.some((result) => 'Distance' in result)).toBe(false);
    const ResultBBox = [-123.1207, 45.6325, -122.6716, 49.2827];
    expect(Summary).toEqual({ Text: 'Vancouver', DataSource: 'Esri', MaxResults: 50, ResultBBox });
  });

  test('reports texts that match no known place, and none that a filter excludes', async () => {
    const { search, misses } = await openStage();
    await search({ Text: '1 Nowhere Road, Atlantis' });
    await search({ Text: '1 Infinite Loop, Cupertino, CA', FilterCountries: ['FRA'] });
    await search({ Text: 'Vancouver' });
    expect(misses).toEqual(['1 Nowhere Road, Atlantis']);
  });

  test('keeps to a box', async () => {
    const { search } = await openStage();
    const FilterBBox = [-123, 45, -122, 46];
    const { Summary, Results } = await search({ Text: 'Vancouver', FilterBBox });
    expect(Summary).toMatchObject({ FilterBBox });
    expect(Results!.map(({ Place }) => Place!.Country)).toEqual(['USA']);
  });

  test('answers no results to what it does not know', async () => {
    const { search } = await openStage();
    const { Summary, Results } = await search({ Text: 'Straße nach Nirgendwo 1, 00000 Nirgendwo' });
    expect(Results).toEqual([]);
    expect(Summary).not.toHaveProperty('ResultBBox');
  });

  test.each([
    ['Text', { Text: '' }],
    ['Text', { Text: 'x'.repeat(201) }],
    ['MaxResults', { MaxResults: 0 }],
    ['MaxResults', { MaxResults: 51 }],
    ['FilterCountries.1', { FilterCountries: ['USA', 'XXX'] }],
    ['FilterCountries.0', { FilterCountries: ['us'] }],
    ['FilterCategories', { FilterCategories: [] }],
    ['BiasPosition.0', { BiasPosition: [-181, 0] }],
    ['BiasPosition.1', { BiasPosition: [37.77, -122.41] }],
    ['BiasPosition', { BiasPosition: [1] }],
    ['FilterBBox', { FilterBBox: [0, 10, 1, 9] }],
    ['FilterBBox', { FilterBBox: [0, 0, 1, 1], BiasPosition: [0, 0] }],
  ])('refuses a wrong %s: %j', async (name, input) => {
    const { search, counters } = await openStage();
    const error = await search(input).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ValidationException);
    expect(error).toMatchObject({
      $metadata: { httpStatusCode: 400 },
      message: expect.stringContaining(name),
      Reason: 'FieldValidationFailed',
      FieldList: [{ Name: name, Message: expect.any(String) }],
    });
    expect(await counters()).toMatchObject({ calls: 1, refused: 1, answered: 0 });
  });

  test.each([
    ['{}', 'Missing', 'Text'],
    ['[', 'CannotParse', undefined],
  ])('refuses the body %s', async (body, reason, field) => {
    const { awsUrl } = await openStage();
    const answer = await fetch(`${awsUrl}/places/v0/indexes/hexfence-places/search/text?key=x`, {
      method: 'POST',
      body,
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-amzn-errortype')).toBe('ValidationException');
    const { fieldList, ...rest } = (await answer.json()) as { fieldList?: { name: string }[] };
    expect(rest).toEqual({ reason, message: expect.any(String) });
    expect(fieldList?.[0]?.name).toBe(field);
  });

  test('knows only place indexes of the platform', async () => {
    const { search } = await openStage();
    const error = await search({ IndexName: 'other-places' }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ResourceNotFoundException);
    expect(error).toMatchObject({
      $metadata: { httpStatusCode: 404 },
      message: expect.stringContaining('other-places'),
    });
  });

  test.each([
    ['GET', '/places/v0/indexes/hexfence-places/search/text'],
    ['POST', '/places/v0/indexes/hexfence-places/search/position'],
    ['POST', '/places/v0/indexes/hexfence-places%/search/text'],
    ['GET', '/_hexfence/location/more'],
  ])('leaves %s %s to the emulator', async (method, path) => {
    const { awsUrl } = await openStage();
    expect((await fetch(awsUrl + path, { method })).status).toBe(418);
  });
});
