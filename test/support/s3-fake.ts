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
import { ServiceFault } from '../../shared/aws/faults.ts';
import type { ObjectCall } from '../../shared/aws/object-store.ts';
import type { FilePrefix, FileRight } from '../../shared/capability/capability.ts';
import { answerObjects } from './aws-fake.ts';

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

/** The environment variables with which a function signs links. */
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
  /** The headers that each file was written with. */
  readonly labels = new Map<string, Readonly<Record<string, string>>>();
  readonly uploads = new Map<string, OpenUpload>();
  /** How many bytes of files were read by the product, not with links. */
  bytesRead = 0;
  /** All calls, in order. */
  readonly calls: Call[] = [];

  readonly #before = Object.fromEntries(Object.keys(environment).map((name) => [name, process.env[name]]));
  readonly #client = mockClient(S3Client);
  readonly #endObjects = answerObjects((call) => this.#object(call));

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
    on('GetObject', GetObjectCommand, ({ Key, Range }) => {
      const all = this.files.get(Key);
      if (!all) throw refusal('NoSuchKey');
      const [, from = '0', to] = /^bytes=(\d+)-(\d+)$/.exec(Range ?? '') ?? [];
      if (Number(from) >= all.length && Range !== undefined) throw refusal('InvalidRange');
      const bytes = all.subarray(Number(from), to === undefined ? undefined : Number(to) + 1);
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
    this.#endObjects();
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

  /** A call without the SDK. */
  async #object({ method, bucket, key, headers = {}, body }: ObjectCall) {
    const source = headers['x-amz-copy-source'];
    const name = {
      GET: 'GetObject',
      HEAD: 'HeadObject',
      DELETE: 'DeleteObject',
      PUT: source ? 'CopyObject' : 'PutObject',
    }[method];
    if (bucket !== filesBucket) throw new ServiceFault('NoSuchBucket', 'S3', 404);
    const may = (path: string, right: FileRight) => this.authorize(path.split('/')[0] as FilePrefix, right);
    const from = source?.replace(`/${filesBucket}/`, '');
    may(key, name === 'CopyObject' ? 'write' : rightsOf[name]!);
    if (from) may(from, 'read');
    const call = `${name} ${key}`;
    await this.before(call as never);
    this.calls.push(call);
    const answer = this.#answer(name, { key, from, headers, body: Buffer.from(body ?? '') });
    await this.after(call as never);
    return answer;
  }

  #answer(
    name: string,
    {
      key,
      from,
      headers,
      body,
    }: { key: string; from: string | undefined; headers: Readonly<Record<string, string>>; body: Buffer },
  ) {
    const there = this.files.get(from ?? key);
    if (name === 'DeleteObject') return this.files.delete(key) ? {} : {};
    if (name === 'PutObject') {
      this.files.set(key, this.#checked({ Body: body, ContentMD5: headers['content-md5'] }));
      this.labels.set(key, headers);
      return {};
    }
    // An answer to `HEAD` has no body, so the name of the error is unknown.
    if (!there) throw new ServiceFault(name === 'HeadObject' ? 'UnknownError' : 'NoSuchKey', 'S3', 404);
    if (name === 'CopyObject') {
      const wanted = headers['x-amz-copy-source-if-match'];
      if (wanted !== undefined && wanted !== etagOf(there)) throw new ServiceFault('PreconditionFailed', 'S3', 412);
      this.files.set(key, there);
      this.labels.set(
        key,
        headers['x-amz-metadata-directive'] === 'REPLACE' ? headers : (this.labels.get(from!) ?? {}),
      );
      return {};
    }
    const sum = { 'x-amz-checksum-sha256': createHash('sha256').update(there).digest('base64'), etag: etagOf(there) };
    if (name === 'HeadObject') return { headers: sum };
    const [, last] = /^bytes=0-(\d+)$/.exec(headers.range ?? '') ?? [];
    const bytes = last === undefined ? there : there.subarray(0, Number(last) + 1);
    this.bytesRead += bytes.length;
    const range = last === undefined ? {} : { 'content-range': `bytes 0-${bytes.length - 1}/${there.length}` };
    return { bytes, headers: { ...sum, ...range } };
  }

  /**
   * Uploads with a link as a browser does.
   *
   * @throws SignatureDoesNotMatch if the type or the size differs, AccessDenied if the link has expired
   */
  upload(link: string, bytes: Buffer, headers: Readonly<Record<string, string>>): void {
    const sent = { ...headers, 'Content-Length': String(bytes.length) };
    const key = this.#opened(link, 'PUT', sent);
    this.files.set(key, bytes);
    this.labels.set(key, sent);
  }

  /**
   * Opens a link as a browser does.
   *
   * @throws AccessDenied if the link has expired, SignatureDoesNotMatch if it was changed, NoSuchKey if there is no file
   */
  open(link: string): Buffer {
    const bytes = this.files.get(this.#opened(link, 'GET', {}));
    if (!bytes) throw refusal('NoSuchKey');
    return bytes;
  }

  /** The key that a link leads to. */
  #opened(link: string, method: string, headers: Readonly<Record<string, string>>): string {
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
        method,
        path: `${url.pathname}?${asked}`,
        headers: { Host: url.host, ...headers },
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
    return decodeURIComponent(url.pathname.slice(1)).replace(`${filesBucket}/`, '');
  }
}
