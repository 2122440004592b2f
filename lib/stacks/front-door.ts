import { CfnOutput, Duration, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { type AreaName, segmentsOf } from '../areas.ts';
import { sentSecrets } from '../constructs/grants.ts';
import { viewerHeaders } from '../constructs/viewer-headers.ts';
import { type Deployment, originSecretsOutput } from '../deployment.ts';

import { firewallArn } from './firewall.ts';

export interface FrontDoorStackProps {
  readonly deployment: Deployment;
  readonly apis: ReadonlyMap<AreaName, { readonly api: IHttpApi }>;
}

/** Paths whose answers CloudFront may cache, for as long as the answer's own `Cache-Control` says. */
const cachedPaths = ['/docs/assets/*', '/specs/*', '/.well-known/*'];

/** One origin for all APIs. The core API answers all paths that no other area claims. */
export class FrontDoorStack extends Stack {
  constructor(scope: Construct, { deployment, apis }: FrontDoorStackProps) {
    const { stage, names } = deployment;
    super(scope, names.stack('front-door'));

    const behaviors = this.behaviors(deployment, apis);
    const distribution = new Distribution(this, 'Distribution', {
      comment: `Hexfence ${stage.name}`,
      defaultBehavior: behaviors.core!,
      additionalBehaviors: behaviors.additional,
      httpVersion: HttpVersion.HTTP2_AND_3,
      ...(stage.firewall ? { webAclId: firewallArn(names) } : {}),
      logBucket: this.logBucket(stage.logRetentionDays),
      ...(stage.domain
        ? {
            domainNames: [stage.domain.name],
            minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
            certificate: Certificate.fromCertificateArn(this, 'Certificate', stage.domain.certificateArn),
          }
        : {}),
    });
    this.acknowledge(distribution, stage);
    new CfnOutput(this, 'Url', { value: `https://${stage.domain?.name ?? distribution.domainName}` });
    new CfnOutput(this, originSecretsOutput, { value: stage.originSecrets.sent.join(',') });
    if (stage.domain) new CfnOutput(this, 'DnsTarget', { value: distribution.domainName });
  }

  private behaviors(deployment: Deployment, apis: FrontDoorStackProps['apis']) {
    const dynamic = this.dynamicBehavior(deployment.stage.allowedOrigins);
    const cached = { ...dynamic, ...this.cachedBehavior() };
    const origins = new Map([...apis].map(([area, { api }]) => [area, this.origin(api.apiId, deployment)]));
    const core = origins.get('core')!;
    const additional: Record<string, BehaviorOptions> = {};
    for (const path of cachedPaths) additional[path] = { ...cached, origin: core };
    for (const [area, origin] of origins) {
      if (area === 'core') continue;
      for (const segment of segmentsOf(area)) additional[`/api/v1/${segment}*`] = { ...dynamic, origin };
    }
    return { core: { ...dynamic, origin: core }, additional };
  }

  private origin(apiId: string, deployment: Deployment): HttpOrigin {
    return new HttpOrigin(Fn.join('', [apiId, '.execute-api.', this.region, '.', this.urlSuffix]), {
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [OriginSslPolicy.TLS_V1_2],
      readTimeout: Duration.seconds(30),
      keepaliveTimeout: Duration.seconds(60),
      customHeaders: { 'X-Origin-Verify': sentSecrets(deployment) },
    });
  }

  /** Caches nothing and passes everything on except `Host`, by which API Gateway finds the API. */
  private dynamicBehavior(allowedOrigins: readonly string[]): Omit<BehaviorOptions, 'origin'> {
    const edge = new EdgeFunction(this, 'ViewerHeaders', {
      code: FunctionCode.fromInline(viewerHeaders(allowedOrigins)),
      runtime: FunctionRuntime.JS_2_0,
      comment: 'Says who calls and by what name, and refuses bodies that are too large',
    });
    return {
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      responseHeadersPolicy: this.securityHeaders(),
      functionAssociations: [{ function: edge, eventType: FunctionEventType.VIEWER_REQUEST }],
      // No redirect: a client that sends its key over plain HTTP must fail at once instead of working in the end.
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    };
  }

  private cachedBehavior(): Omit<BehaviorOptions, 'origin'> {
    return {
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
      compress: true,
      cachePolicy: new CachePolicy(this, 'AsTheAnswerSays', {
        comment: 'Keeps an answer only as long as its Cache-Control says',
        defaultTtl: Duration.seconds(0),
        minTtl: Duration.seconds(0),
        maxTtl: Duration.days(365),
        // Answers vary by `Origin`, because they contain CORS headers.
        headerBehavior: CacheHeaderBehavior.allowList('Origin'),
        queryStringBehavior: CacheQueryStringBehavior.none(),
        cookieBehavior: CacheCookieBehavior.none(),
        enableAcceptEncodingGzip: true,
        enableAcceptEncodingBrotli: true,
      }),
    };
  }

  /**
   * The headers are added only if the answer does not set them: the documentation page needs its own content policy and
   * framing.
   */
  private securityHeaders(): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, 'SecurityHeaders', {
      securityHeadersBehavior: {
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(365),
          includeSubdomains: true,
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: false },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: false },
      },
    });
  }

  private logBucket(retentionDays: number): IBucket {
    const bucket = new Bucket(this, 'AccessLogs', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      // CloudFront's standard logs need a bucket with ACLs.
      objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
      lifecycleRules: [{ expiration: Duration.days(retentionDays) }],
      // A bucket with objects cannot be deleted. It is kept, and the rule above empties it.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(bucket).acknowledge({ id: 'AwsSolutions-S1', reason: 'This is the bucket that logs go to.' });
    // The cast is needed for exactOptionalPropertyTypes, as in `api.ts`.
    return bucket as IBucket;
  }

  private acknowledge(distribution: Distribution, { domain, firewall }: Deployment['stage']): void {
    Validations.of(distribution).acknowledge({
      id: 'AwsSolutions-CFR1',
      reason: 'Tenants and their devices are anywhere; no country is refused.',
    });
    if (!firewall)
      Validations.of(distribution).acknowledge({
        id: 'AwsSolutions-CFR2',
        reason:
          'Rates are limited by credential in the endpoint and by stage in API Gateway. A web ACL costs money without traffic too, so it is there when its owner asks for it (firewallRequestsPerAddress).',
      });
    if (!domain)
      Validations.of(distribution).acknowledge({
        id: 'AwsSolutions-CFR4',
        reason:
          'CloudFront fixes the protocol policy of its own *.cloudfront.net certificate; give the stage a domain and TLS 1.2 is enforced.',
      });
  }
}
