import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The shell commands that the project's README prints, and the responses that it prints for them. */

export interface Block {
  /** The heading above it. */
  readonly section: string;
  /** Its first line in the file. */
  readonly line: number;
  readonly commands: string;
  /** The first JSON after it, before the next block of commands. */
  readonly answer: string | undefined;
}

const file = fileURLToPath(new URL('../../README.md', import.meta.url));

export function shellBlocks(text = readFileSync(file, 'utf8')): Block[] {
  const blocks: { section: string; line: number; commands: string; answer: string | undefined }[] = [];
  let section = '';
  for (const match of text.matchAll(/^## (?<heading>.+)$|^```(?<kind>\w*)\n(?<body>[\s\S]*?)^```$/gm)) {
    const { heading, kind, body = '' } = match.groups!;
    if (heading !== undefined) section = heading;
    const last = blocks.at(-1);
    const line = text.slice(0, match.index).split('\n').length + 1;
    if (kind === 'sh') blocks.push({ section, line, commands: body, answer: undefined });
    else if (kind === 'json' && last && last.section === section) last.answer ??= body;
  }
  return blocks;
}

/** The blocks that a test cannot run, by their first command, with the reason. */
export const notRun: Readonly<Record<string, string>> = {
  'npm start': 'it is what the test runs beside',
  'npm test': 'it is what runs the test',
  'ogrinfo -so OAPIF:$URL/ogc geofences -oo USERPWD=key:$KEY':
    "GDAL's programs are not in its wheel; gis.stack.test.ts reads the same by it",
  'npm run deploy -- --stage dev': 'it needs an AWS account',
  'npm run destroy -- --stage dev': 'it needs an AWS account',
};

export const isRun = ({ commands }: Block): boolean => !(commands.split('\n')[0]! in notRun);

/**
 * A response as printed, in which `…` stands for omitted parts; in the parsed data, `…` is a mark for `differences`.
 */
export function printed(answer: string): unknown {
  return JSON.parse(answer.replaceAll(/,\s*…\s*\]/g, ', "…"]').replaceAll(/,\s*…\s*\}/g, ', "…": 0}'));
}

const varying = [
  /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/,
  /^\d{4}-\d\d-\d\dT[\d:.]+Z$/,
  /^req_\w+$/,
  /^hx_live_\w+$/,
];

/**
 * The differences between a response and a printed one. Values that vary (ids, instants, keys) only need the same form.
 */
export function differences(expected: unknown, actual: unknown, at = '$'): string[] {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const cut = expected.at(-1) === '…';
    const wanted = cut ? expected.slice(0, -1) : expected;
    if (cut ? actual.length < wanted.length : actual.length !== wanted.length)
      return [`${at} has ${actual.length} items, printed are ${wanted.length}`];
    return wanted.flatMap((item, i) => differences(item, actual[i], `${at}[${i}]`));
  }
  if (isObject(expected) && isObject(actual)) {
    const cut = '…' in expected;
    const names = new Set([...Object.keys(expected), ...(cut ? [] : Object.keys(actual))]);
    names.delete('…');
    return [...names].flatMap((name) => differences(expected[name], actual[name], `${at}.${name}`));
  }
  const isSame =
    Object.is(expected, actual) ||
    varying.some((form) => typeof expected === 'string' && form.test(expected) && form.test(String(actual)));
  return isSame ? [] : [`${at} is ${JSON.stringify(actual)}, printed is ${JSON.stringify(expected)}`];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
