import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { segmentsOf } from '../../../lib/areas.ts';
import { largestBodyBytes } from '../../../lib/constructs/body-limit.ts';
import { viewerHeaders } from '../../../lib/constructs/viewer-headers.ts';
import { fakeCatalogue, realStage, synthesise } from '../fixture.ts';

const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/abc';
const template = synthesise(fakeCatalogue, { stage: 'prod', domainName: 'api.a.example', certificateArn });
const distribution = template.of('CloudFront::Distribution')[0]!.Properties.DistributionConfig;

describe('CloudFront', () => {
  test('passes everything on and keeps nothing but what may be kept', () => {
    expect(distribution.DefaultCacheBehavior).toMatchObject({
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
      ViewerProtocolPolicy: 'https-only',
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      FunctionAssociations: [{ EventType: 'viewer-request' }],
    });
    const kept = distribution.CacheBehaviors.filter(
      // biome-ignore lint/suspicious/noExplicitAny: a template
      ({ CachePolicyId }: any) => CachePolicyId !== distribution.DefaultCacheBehavior.CachePolicyId,
    );
    expect(kept.map(({ PathPattern }: { PathPattern: string }) => PathPattern)).toEqual([
      '/docs/assets/*',
      '/specs/*',
      '/.well-known/*',
    ]);
    const policy = template.of('CloudFront::CachePolicy')[0]!.Properties.CachePolicyConfig;
    expect(policy).toMatchObject({ DefaultTTL: 0, MinTTL: 0 });
  });

  test('proves itself to every origin with the secret, over TLS 1.2', () => {
    for (const { CustomOriginConfig, OriginCustomHeaders } of distribution.Origins) {
      expect(CustomOriginConfig).toMatchObject({ OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] });
      expect(OriginCustomHeaders).toEqual([
        {
          HeaderName: 'X-Origin-Verify',
          HeaderValue: '{{resolve:secretsmanager:hexfence/prod/origin-verify-1:SecretString:::}}',
        },
      ]);
    }
  });

  test('sends the old secret beside the new one while functions receive the new one', () => {
    const rotating = synthesise(fakeCatalogue, { stage: 'prod', originSecrets: '1,2' });
    const reference = (generation: number) =>
      `{{resolve:secretsmanager:hexfence/prod/origin-verify-${generation}:SecretString:::}}`;
    const { Origins } = rotating.of('CloudFront::Distribution')[0]!.Properties.DistributionConfig;
    expect(Origins[0].OriginCustomHeaders[0].HeaderValue).toBe(`${reference(1)},${reference(2)}`);
    const secrets = rotating.of('SecretsManager::Secret').map(({ Properties }) => Properties.Name);
    expect(secrets).toEqual(['hexfence/prod/origin-verify-1', 'hexfence/prod/origin-verify-2']);
    const asked = rotating.of('Lambda::Function').flatMap(({ Properties }) => {
      return Properties.Environment.Variables.ORIGIN_VERIFY ?? [];
    });
    expect(new Set(asked)).toEqual(new Set([reference(1)]));
    expect(rotating.outputs.OriginSecrets).toEqual({ Value: '1,2' });
  });

  test('is deployed after all endpoints, which must no longer ask for a secret that it drops', () => {
    const { artifacts } = synthesise(fakeCatalogue, { stage: 'prod' });
    const before = new Set(['Hexfence-prod-FrontDoor']);
    // The loop also reaches elements that are added to the set during the loop.
    for (const name of before)
      for (const { id } of artifacts.find(({ stackName }) => stackName === name)?.dependencies ?? []) before.add(id);
    for (const group of ['Geofences', 'Capture', 'Service', 'Identity'])
      expect(before).toContain(`Hexfence-prod-${group}`);
  });

  test('leads the segments of other areas to their API', () => {
    const paths = distribution.CacheBehaviors.map(({ PathPattern }: { PathPattern: string }) => PathPattern);
    for (const segment of segmentsOf('platform')) expect(paths).toContain(`/api/v1/${segment}*`);
    expect(distribution.Origins).toHaveLength(2);
  });

  test('takes TLS 1.2 and later on its own domain, logs, and says where DNS should point', () => {
    expect(distribution.ViewerCertificate).toMatchObject({ MinimumProtocolVersion: 'TLSv1.2_2021' });
    expect(distribution.Logging.Bucket).toBeDefined();
    expect(template.outputs.Url).toEqual({ Value: 'https://api.a.example' });
    expect(template.outputs).toHaveProperty('DnsTarget');
  });

  test('is not part of the local stage', () => {
    expect(realStage('local').of('CloudFront::Distribution')).toEqual([]);
    expect(realStage('local').of('SecretsManager::Secret')).toEqual([]);
  });
});

describe('the edge function', () => {
  const cloudFrontId = '4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==';
  const edge = (headers: Record<string, { value: string }>, uri: string) =>
    runInNewContext(`${viewerHeaders(['https://a.example'])}; handler(event)`, {
      event: {
        viewer: { ip: '203.0.113.7' },
        context: { requestId: cloudFrontId },
        request: { method: 'GET', uri, headers },
      },
    });
  const run = (headers: Record<string, { value: string }>) => edge(headers, '/').headers;

  test.each([
    ['/', '/'],
    ['/api/v1/geofences', '/api/v1/geofences'],
    ['/api/v1/geofences/', '/api/v1/geofences'],
    ['/docs//', '/docs'],
  ])('ignores a trailing slash: %s is %s', (given, kept) => {
    expect(edge({}, given).uri).toBe(kept);
  });

  test('says who calls and by what name, whatever the caller says', () => {
    const headers = run({
      host: { value: 'api.a.example' },
      'x-viewer-address': { value: '10.0.0.1' },
      'x-viewer-host': { value: 'evil.example' },
      'x-origin-verify': { value: 'guess' },
      authorization: { value: 'Bearer k' },
    });
    expect(JSON.parse(JSON.stringify(headers))).toEqual({
      host: { value: 'api.a.example' },
      'x-viewer-address': { value: '203.0.113.7' },
      'x-viewer-host': { value: 'api.a.example' },
      authorization: { value: 'Bearer k' },
    });
  });

  const sized = (bytes: number, uri: string, more: Record<string, { value: string }> = {}) =>
    edge({ host: { value: 'api.a.example' }, 'content-length': { value: String(bytes) }, ...more }, uri);

  test('lets everything pass that a function takes, a file of 4 MiB in a form too', () => {
    expect(sized(largestBodyBytes, '/api/v1/media/upload').statusCode).toBeUndefined();
  });

  test.each([
    ['/api/v1/media/upload', 'FILE_TOO_LARGE', { max_bytes: 4_194_304, upload_url_endpoint: '/api/v1/media/uploads' }],
    ['/api/v1/media/upload/', 'FILE_TOO_LARGE', { max_bytes: 4_194_304, upload_url_endpoint: '/api/v1/media/uploads' }],
    ['/api/v1/submissions', 'PAYLOAD_TOO_LARGE', { max_bytes: 4_194_304 }],
  ])('answers itself to a larger body on %s: %s', (uri, error_code, details) => {
    const { statusCode, headers, body } = sized(largestBodyBytes + 1, uri);
    expect([statusCode, headers['content-type'].value]).toEqual([413, 'application/json']);
    const problem = JSON.parse(body.data);
    expect(problem).toEqual({
      detail: expect.any(String),
      error_code,
      details,
      request_id: headers['x-request-id'].value,
    });
    expect(problem.request_id).toMatch(/^req_[0-9A-Z]{12,26}$/);
  });

  test('answers by RFC 9457 where that is asked for, and to pages that may read it', () => {
    const headers = { accept: { value: 'application/problem+json' }, origin: { value: 'https://a.example' } };
    const answer = sized(largestBodyBytes + 1, '/api/v1/media/upload', headers);
    expect(JSON.parse(answer.body.data)).toMatchObject({
      type: 'https://api.a.example/docs/errors/FILE_TOO_LARGE',
      title: 'File too large',
      status: 413,
      instance: '/api/v1/media/upload',
    });
    expect(answer.headers['access-control-allow-origin'].value).toBe('https://a.example');
    const other = sized(largestBodyBytes + 1, '/', { origin: { value: 'https://b.example' } });
    expect(other.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('is small enough for CloudFront', () => {
    expect(viewerHeaders(['https://a.example']).length).toBeLessThan(10_000);
  });
});
