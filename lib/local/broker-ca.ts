/** What the emulator's broker is checked with, as PEM; empty for an endpoint that has none to tell. */
export async function brokerCa(endpoint: string): Promise<string> {
  const response = await fetch(`${endpoint}/_ministack/iot/ca.pem`).catch(() => undefined);
  const text = response?.ok ? await response.text() : '';
  return text.includes('BEGIN CERTIFICATE') ? text : '';
}
