import { afterEach, describe, expect, test, vi } from 'vitest';
import { checkTargets } from '../../../shared/outbound/check.ts';
import { callTargets } from '../../../shared/outbound/connector.ts';
import { resolveWith } from '../../../shared/outbound/resolve.ts';

/** Which targets are allowed, when a URL is saved and when it is called. No test here opens a connection. */

const names: Record<string, readonly string[]> = {
  'example.com': ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'],
  'xn--bcher-kva.example': ['93.184.215.14'],
  'inside.example': ['10.1.2.3'],
  'mixed.example': ['93.184.215.14', '169.254.169.254'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'nat64.example': ['64:ff9b::a9fe:a9fe'],
  'sixtofour.example': ['2002:7f00:1::'],
  'documentation.example': ['2001:db8::1'],
};

const reasonOf = async (url: string, own: readonly string[] = []): Promise<unknown> => {
  resolveWith(async (host) => names[host] ?? []);
  try {
    await checkTargets.open().check(url, own);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: 'URL_FORBIDDEN' });
    return (error as { details: { reason: string } }).details.reason;
  }
};

afterEach(() => {
  resolveWith(undefined);
  vi.unstubAllEnvs();
});

const forbidden: readonly (readonly [url: string, reason: string])[] = [
  ['http://example.com/', 'scheme'],
  ['ftp://example.com/', 'scheme'],
  ['file:///etc/passwd', 'scheme'],
  ['javascript:alert(1)', 'scheme'],
  ['https://user@example.com/', 'userinfo'],
  ['https://user:secret@example.com/', 'userinfo'],
  ['https://example.com:80/', 'port'],
  ['https://example.com:22/', 'port'],
  ['https://example.com:1023/', 'port'],
  ['https://unknown.example/', 'unresolvable'],
  ['https://127.0.0.1/', 'private_address'],
  ['https://127.1/', 'private_address'],
  ['https://2130706433/', 'private_address'],
  ['https://0x7f000001/', 'private_address'],
  ['https://0x7f.0.0.1/', 'private_address'],
  ['https://0177.0.0.1/', 'private_address'],
  ['https://017700000001/', 'private_address'],
  ['https://0.0.0.0/', 'private_address'],
  ['https://0/', 'private_address'],
  ['https://10.0.0.1/', 'private_address'],
  ['https://100.64.0.1/', 'private_address'],
  ['https://169.254.169.254/latest/meta-data/', 'private_address'],
  ['https://169.254.170.2/', 'private_address'],
  ['https://172.16.0.1/', 'private_address'],
  ['https://192.168.0.1/', 'private_address'],
  ['https://192.0.0.170/', 'private_address'],
  ['https://192.88.99.1/', 'private_address'],
  ['https://198.18.0.1/', 'private_address'],
  ['https://203.0.113.7/', 'private_address'],
  ['https://224.0.0.1/', 'private_address'],
  ['https://255.255.255.255/', 'private_address'],
  ['https://[::]/', 'private_address'],
  ['https://[::1]/', 'private_address'],
  ['https://[::ffff:127.0.0.1]/', 'private_address'],
  ['https://[::ffff:7f00:1]/', 'private_address'],
  ['https://[::127.0.0.1]/', 'private_address'],
  ['https://[64:ff9b::a9fe:a9fe]/', 'private_address'],
  ['https://[64:ff9b:1::1]/', 'private_address'],
  ['https://[2002:7f00:1::]/', 'private_address'],
  ['https://[2001:0:1::1]/', 'private_address'],
  ['https://[2001:db8::1]/', 'private_address'],
  ['https://[fe80::1]/', 'private_address'],
  ['https://[fd00:ec2::254]/', 'private_address'],
  ['https://[ff02::1]/', 'private_address'],
  ['https://localhost/', 'private_address'],
  ['https://LOCALHOST./', 'private_address'],
  ['https://some.localhost/', 'private_address'],
  ['https://１２７.0.0.1/', 'private_address'],
  ['https://127。0。0。1/', 'private_address'],
  ['https://inside.example/', 'private_address'],
  ['https://INSIDE.example./', 'private_address'],
  ['https://mixed.example/', 'private_address'],
  ['https://mapped.example/', 'private_address'],
  ['https://nat64.example/', 'private_address'],
  ['https://sixtofour.example/', 'private_address'],
  ['https://documentation.example/', 'private_address'],
  ['https://api.example.org/', 'own_host'],
  ['https://API.example.org.:8443/', 'own_host'],
];

describe('a URL that may not be called', () => {
  test.each(forbidden)('%s is refused when it is saved: %s', async (url, reason) => {
    expect(await reasonOf(url, ['api.example.org'])).toBe(reason);
  });

  test.each(forbidden)('%s is not dialled either', async (url, reason) => {
    resolveWith(async (host) => names[host] ?? []);
    const request = { url, method: 'POST', headers: {}, body: '{}', timeoutMilliseconds: 1000 } as const;
    const result = await callTargets.open().call({ ...request, ownHosts: ['api.example.org'] });
    // The name may have an address again later.
    expect(result).toMatchObject({ fault: reason === 'unresolvable' ? 'network' : 'forbidden_target' });
  });
});

test.each([
  'https://example.com/',
  'https://EXAMPLE.com./hook?x=1',
  'https://example.com:8443/',
  'https://93.184.215.14/',
  'https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/',
  'https://bücher.example/',
])('%s may be called', async (url) => {
  expect(await reasonOf(url, ['api.example.org'])).toBeUndefined();
});

test('the host of the deployment is refused by its setting', async () => {
  vi.stubEnv('OWN_HOSTS', 'hexfence.example.com');
  names['hexfence.example.com'] = ['93.184.215.14'];
  expect(await reasonOf('https://hexfence.example.com/api/v1/geofences')).toBe('own_host');
});

describe('with the switch for tests', () => {
  test('plain http and private addresses may be called, but not the deployment itself', async () => {
    vi.stubEnv('OPEN_TARGETS', 'true');
    expect(await reasonOf('http://127.0.0.1:9000/', ['localhost:4510'])).toBeUndefined();
    expect(await reasonOf('http://127.0.0.1:4510/', ['127.0.0.1:4510'])).toBe('own_host');
    expect(await reasonOf('ftp://127.0.0.1/')).toBe('scheme');
  });
});
