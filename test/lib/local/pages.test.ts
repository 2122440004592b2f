import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { LocalAnswer } from '../../../lib/local/gateway.ts';
import { reportMisses } from '../../../lib/local/location/misses.ts';
import { mailsAnswer } from '../../../lib/local/pages/mails.ts';
import { placesAnswer } from '../../../lib/local/pages/places.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A gateway with one page and nothing behind it. */
const gatewayOf = (page: LocalAnswer) =>
  serve((request, response) => page(request, response) || response.writeHead(418).end());

/** The same with the page of streets. */
const serveAll = () => gatewayOf(placesAnswer());

const inBrowser = { headers: { Accept: 'text/html,application/xhtml+xml' } };

describe('mails', () => {
  const mail = (to: string, subject: string, Timestamp: number) => ({
    Source: 'Hexfence <no-reply@hexfence.local>',
    To: [to],
    Subject: subject,
    BodyText: `Hello,\n\n  "token": "${subject}"\n`,
    BodyHtml: `<p title="x">Hello</p><script>alert("${subject}")</script>`,
    Timestamp,
  });
  const sent = {
    '000000000000': [
      mail('ana@example.com', 'First', 1_800_000_000),
      mail('bo@example.com', 'Second <b>', 1_800_000_060),
    ],
    '111111111111': [mail('Ana@Example.com', 'Third', 1_800_000_120)],
  };
  const emulator = (messages: object) => serve((_, response) => response.end(JSON.stringify({ messages })));
  const open = async (messages: object = sent) => gatewayOf(mailsAnswer(await emulator(messages)));

  test('are text for curl, the newest first', async () => {
    const answer = await fetch(`${await open()}/_hexfence/mails`);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const [third, second, first] = (await answer.text()).split(`${'-'.repeat(72)}\n`);
    expect([second!.includes('Second <b>'), first!.includes('First')]).toEqual([true, true]);
    expect(third).toBe(
      'To: Ana@Example.com\nFrom: Hexfence <no-reply@hexfence.local>\nSent: 2027-01-15T08:02:00.000Z\nSubject: Third\n\nHello,\n\n  "token": "Third"\n',
    );
  });

  test('are those to one address, if asked', async () => {
    const text = await (await fetch(`${await open()}/_hexfence/mails?to=ANA@example.com`)).text();
    expect([...text.matchAll(/^Subject: (.+)$/gm)].map(([, subject]) => subject)).toEqual(['Third', 'First']);
  });

  test('are a page for browsers, in which nothing of a mail runs or is loaded', async () => {
    const answer = await fetch(`${await open()}/_hexfence/mails`, inBrowser);
    const page = await answer.text();
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'unsafe-inline';/);
    expect(page).toContain('<h2>Second &lt;b&gt;</h2>');
    expect(page.match(/<iframe sandbox="" /g)).toHaveLength(3);
    expect(page).not.toMatch(/<script|<b>/);
  });

  test('are none yet', async () => {
    const url = `${await open({})}/_hexfence/mails`;
    expect(await (await fetch(url)).text()).toMatch(/^None so far\./);
    expect(await (await fetch(url, inBrowser)).text()).toContain('<p>None so far.');
  });

  test('say that the emulator is unavailable when it is', async () => {
    const gateway = await gatewayOf(mailsAnswer('http://127.0.0.1:1'));
    const answer = await fetch(`${gateway}/_hexfence/mails`, inBrowser);
    expect([answer.status, await answer.text()]).toEqual([
      503,
      'The local stack does not answer: it is starting, or it has ended.\n',
    ]);
  });

  test('are at their own path only, and only read', async () => {
    const gateway = await open();
    expect((await fetch(`${gateway}/_hexfence/mailsx`)).status).toBe(418);
    expect((await fetch(`${gateway}/api/v1/geofences`)).status).toBe(418);
    const refused = await fetch(`${gateway}/_hexfence/mails`, { method: 'POST', body: 'x' });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET']);
  });
});

describe('what the local geocoder knows', () => {
  test('is text for curl: a line a street, with its numbers and town', async () => {
    const gateway = await gatewayOf(placesAnswer());
    const lines = (await (await fetch(`${gateway}/_hexfence/places`)).text()).split('\n');
    expect(lines[0]).toMatch(
      /^Here a small list replaces Amazon Location, .* \d+ streets in \d+ towns of \d+ countries/,
    );
    expect(lines).toContain('Market St 1–2399, San Francisco, CA, United States');
    expect(lines).toContain('Apple Park Way 1, Cupertino, CA, United States');
    expect(new Set(lines).size).toBeGreaterThan(250);
  });

  test('is a page for browsers', async () => {
    const gateway = await gatewayOf(placesAnswer());
    const page = await (await fetch(`${gateway}/_hexfence/places`, inBrowser)).text();
    expect(page).toContain('<h2>United States</h2>');
    expect(page).toContain('<b>Cupertino, CA</b><br>Infinite Loop 1–6 · Apple Park Way 1 · ');
  });

  test('the user of the stack gets a message about unknown addresses: for the first five, once each', () => {
    const printed: string[] = [];
    const onMiss = reportMisses((line) => printed.push(line), 'http://localhost:4600/_hexfence/places');
    for (const text of ['1 "No" Rd', '1 "No" Rd', 'b', 'c', 'd', 'e', 'f']) onMiss(text);
    expect(printed).toHaveLength(5);
    expect(printed[0]).toMatch(
      /^The local geocoder does not know "1 \\"No\\" Rd"\. It knows only \d+ streets .*: http:\/\/localhost:4600\/_hexfence\/places$/,
    );
    expect(printed[4]).toMatch(/ Further addresses are not reported here\.$/);
  });
});

test.each(['//', '///x', '/%', '/a?b=//'])('the target %s, which is of no page, is left to the API', async (target) => {
  const url = await serveAll();
  expect((await fetch(`${url}${target}`)).status).toBe(418);
});
