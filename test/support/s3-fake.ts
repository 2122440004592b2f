import { createHash, randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import aws4 from 'aws4';
import type { FilePrefix, FileRight } from '../../shared/capability/capability.ts';

/** The bucket of files in memory, as strict as S3: with the calls that the product makes, and links to files. */

/** One call: `UploadPart exports/…`. */
type Call = string;

// biome-ignore lint/suspicious/noExplicitAny: the input of any command
type Input = any;

interface Part {
  readonly bytes: Buffer;
  readonly etag: string;
}

interface OpenUpload {
  readonly key: string;
  readonly parts: Map<number, Part>;
}

const fewestBytesOfPart = 5 * 1024 * 1024;
const mostParts = 10_000;

const refusal = (name: string) => Object.assign(new Error(`${name} (S3)`), { name, $fault: 'client', $metadata: {} });
const etagOf = (bytes: Uint8Array) => `"${createHash('md5').update(bytes).digest('hex')}"`;

const rightsOf: Readonly<Record<string, FileRight>> = {
  GetObject: 'read',
  HeadObject: 'read',
  PutObject: 'write',
  CreateMultipartUpload: 'write',
  UploadPart: 'write',
  CompleteMultipartUpload: 'write',
  AbortMultipartUpload: 'write',
  DeleteObject: 'delete',
};

export const filesBucket = 'hexfence-test-files';

/** What a function has in its environment to sign links. */
const environment: Readonly<Record<string, string>> = {
  FILES_BUCKET: filesBucket,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIDTEST',
  AWS_SECRET_ACCESS_KEY: 'secret',
};

export class S3Fake {
  /** Refuses a call by throwing. */
  authorize: (prefix: FilePrefix, right: FileRight) => void = () => undefined;
  /** Runs before a call reaches the store; may wait or throw. */
  before: (call: Call) => void | Promise<void> = () => undefined;
  /** Runs after the effect of a call and before its response; if it throws, the response is lost. */
  after: (call: Call) => void | Promise<void> = () => undefined;
  readonly files = new Map<string, Buffer>();
  readonly uploads = new Map<string, OpenUpload>();
  /** All calls, in order. */
  readonly calls: Call[] = [];

  readonly #before = Object.fromEntries(Object.keys(environment).map((name) => [name, process.env[name]]));
  readonly #client = mockClient(S3Client);

  constructor() {
    Object.assign(process.env, environment);
    const client = this.#client;
    const on = (name: string, command: Input, act: (input: Input) => unknown) =>
      client.on(command).callsFake((input: Input) => this.#call(name, input, act));
    on('CreateMultipartUpload', CreateMultipartUploadCommand, (input) => this.#create(input));
    on('UploadPart', UploadPartCommand, (input) => this.#part(input));
    on('CompleteMultipartUpload', CompleteMultipartUploadCommand, (input) => this.#complete(input));
    on('AbortMultipartUpload', AbortMultipartUploadCommand, (input) => {
      this.#uploadOf(input);
      this.uploads.delete(input.UploadId);
    });
    on('PutObject', PutObjectCommand, (input) => void this.files.set(input.Key, this.#checked(input)));
    on('GetObject', GetObjectCommand, ({ Key }) => {
      const bytes = this.files.get(Key);
      if (!bytes) throw refusal('NoSuchKey');
      return { Body: { transformToByteArray: async () => new Uint8Array(bytes) } };
    });
    on('HeadObject', HeadObjectCommand, ({ Key }) => {
      const bytes = this.files.get(Key);
      if (!bytes) throw refusal('NotFound');
      return { ContentLength: bytes.length };
    });
    on('DeleteObject', DeleteObjectCommand, ({ Key }) => void this.files.delete(Key));
    this.#forOperators(on);
  }

  /** Ends it as the bucket of the process. */
  restore(): void {
    this.#client.restore();
    for (const [name, value] of Object.entries(this.#before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }

  /** The keys of everything that the bucket holds: files, and uploads that have not ended. */
  held(): string[] {
    return [...this.files.keys(), ...[...this.uploads.values()].map(({ key }) => `upload of ${key}`)].sort();
  }

  #forOperators(on: (name: string, command: Input, act: (input: Input) => unknown) => void): void {
    on('ListObjectsV2', ListObjectsV2Command, ({ Prefix = '', MaxKeys = 1000 }) => ({
      Contents: [...this.files.keys()]
        .filter((key) => key.startsWith(Prefix))
        .sort()
        .slice(0, MaxKeys)
        .map((Key) => ({ Key })),
    }));
    on('DeleteObjects', DeleteObjectsCommand, ({ Delete }) => {
      for (const { Key } of Delete.Objects) this.files.delete(Key);
    });
    on('ListMultipartUploads', ListMultipartUploadsCommand, ({ Prefix = '' }) => ({
      Uploads: [...this.uploads]
        .filter(([, { key }]) => key.startsWith(Prefix))
        .map(([UploadId, { key: Key }]) => ({ UploadId, Key })),
    }));
  }

  async #call(name: string, input: Input, act: (input: Input) => unknown): Promise<unknown> {
    const call = `${name} ${input.Key ?? input.Prefix ?? ''}`;
    if (input.Bucket !== filesBucket) throw refusal('NoSuchBucket');
    const right = rightsOf[name];
    if (right) this.authorize(String(input.Key).split('/')[0] as FilePrefix, right);
    await this.before(call);
    this.calls.push(call);
    const answer = act(input) ?? {};
    await this.after(call);
    return answer;
  }

  #create({ Key }: Input) {
    const UploadId = randomUUID();
    this.uploads.set(UploadId, { key: Key, parts: new Map() });
    return { UploadId };
  }

  #uploadOf({ UploadId, Key }: Input): OpenUpload {
    const upload = this.uploads.get(UploadId);
    if (upload?.key !== Key) throw refusal('NoSuchUpload');
    return upload!;
  }

  #checked({ Body, ContentMD5 }: Input): Buffer {
    const bytes = Buffer.from(Body);
    const md5 = createHash('md5').update(bytes).digest('base64');
    if (ContentMD5 !== undefined && ContentMD5 !== md5) throw refusal('BadDigest');
    return bytes;
  }

  #part(input: Input) {
    const { PartNumber } = input;
    const upload = this.#uploadOf(input);
    if (!(PartNumber >= 1 && PartNumber <= mostParts)) throw refusal('InvalidArgument');
    const bytes = this.#checked(input);
    upload.parts.set(PartNumber, { bytes, etag: etagOf(bytes) });
    return { ETag: etagOf(bytes) };
  }

  #complete(input: Input) {
    const upload = this.#uploadOf(input);
    const named: { ETag: string; PartNumber: number }[] = input.MultipartUpload?.Parts ?? [];
    if (named.length === 0) throw refusal('MalformedXML');
    if (named.some(({ PartNumber }, i) => i > 0 && PartNumber <= named[i - 1]!.PartNumber)) {
      throw refusal('InvalidPartOrder');
    }
    const parts = named.map(({ ETag, PartNumber }) => {
      const part = upload.parts.get(PartNumber);
      if (part?.etag !== ETag) throw refusal('InvalidPart');
      return part!.bytes;
    });
    if (parts.slice(0, -1).some(({ length }) => length < fewestBytesOfPart)) throw refusal('EntityTooSmall');
    this.files.set(input.Key, Buffer.concat(parts));
    this.uploads.delete(input.UploadId);
    return {};
  }

  /**
   * Opens a link as a browser does.
   *
   * @throws AccessDenied if it is over, SignatureDoesNotMatch if it was changed, NoSuchKey if there is no such file
   */
  open(link: string): Buffer {
    const url = new URL(link);
    const { 'X-Amz-Signature': _, ...query } = Object.fromEntries(url.searchParams);
    const date = query['X-Amz-Date'] ?? '';
    const began = Date.parse(date.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));
    const seconds = Number(query['X-Amz-Expires']);
    if (!(seconds >= 1 && seconds <= 604_800)) throw refusal('AuthorizationQueryParametersError');
    if (!(Date.now() < began + seconds * 1000)) throw refusal('AccessDenied');
    const asked = new URLSearchParams({ 'X-Amz-Date': date, 'X-Amz-Expires': String(seconds) });
    const signed = aws4.sign(
      {
        service: 's3',
        region: process.env.AWS_REGION!,
        method: 'GET',
        path: `${url.pathname}?${asked}`,
        headers: { Host: url.host },
        signQuery: true,
      },
      {
        accessKeyId: process.env.AWS_ACCESS_KEY_ID!,
        secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY!,
        ...(process.env.AWS_SESSION_TOKEN ? { sessionToken: process.env.AWS_SESSION_TOKEN } : {}),
      },
    );
    const right = new URL(signed.path!, url.origin).searchParams.get('X-Amz-Signature');
    if (right !== url.searchParams.get('X-Amz-Signature')) throw refusal('SignatureDoesNotMatch');
    const key = decodeURIComponent(url.pathname.slice(1)).replace(`${filesBucket}/`, '');
    const bytes = this.files.get(key);
    if (!bytes) throw refusal('NoSuchKey');
    return bytes;
  }
}
