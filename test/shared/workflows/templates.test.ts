import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExactly } from '../../../shared/json/exact.ts';
import type { Scope } from '../../../shared/workflows/path.ts';
import {
  Budget,
  brokenTemplates,
  parseTemplate,
  RenderingTooLarge,
  render,
  renderText,
} from '../../../shared/workflows/template.ts';

const scope: Scope = {
  event: parseExactly(
    '{"id":"evt_1","data":{"name":"Van 7","big":613196570357137407,"list":[1,"a"],"none":null,"on":true}}',
  ),
  outputs: new Map<string, unknown>([
    ['s1', { response_status: 200 }],
    ['__proto__', { a: 1 }],
  ]),
  workspace: { name: 'Acme' },
};
const filled = (value: unknown) => JSON.stringify(render(value, scope, new Budget()));

describe('a text', () => {
  test.each([
    ['no template', '"no template"'],
    ['{{event.data.name}} arrived', '"Van 7 arrived"'],
    ['{{ event.data.name }}', '"Van 7"'],
    ['{{event.data.big}}', '613196570357137407'],
    ['n {{event.data.big}}', '"n 613196570357137407"'],
    ['{{event.data.list}}', '[1,"a"]'],
    ['{{event.data.list.1}}', '"a"'],
    ['a {{event.data.list}}', '"a [1,\\"a\\"]"'],
    ['{{event.data.none}}', 'null'],
    ['<{{event.data.none}}>', '"<>"'],
    ['{{event.data.on}}', 'true'],
    ['{{event.data.missing}}', '""'],
    ['<{{event.data.missing.deeper}}>', '"<>"'],
    ['{{steps.s1.output.response_status}}', '200'],
    ['{{steps.s2.output.response_status}}', '""'],
    ['{{steps.__proto__.output.a}}', '1'],
    ['{{workspace.name}}{{workspace.name}}', '"AcmeAcme"'],
    ['}} is only text }', '"}} is only text }"'],
  ])('%s gives %s', (text, expected) => {
    expect(filled(text)).toBe(expected);
  });

  test('what is filled in is not read again', () => {
    const sly = { ...scope, event: { data: { name: '{{workspace.name}}' } } };
    expect(render('{{event.data.name}}!', sly, new Budget())).toBe('{{workspace.name}}!');
  });

  test.each([
    '{{',
    '{{event',
    '{{}}',
    '{{ }}',
    '{{process.env}}',
    '{{event.a()}}x{{',
    '{{event..a}}',
    '{{event.{{a}}}}',
    '{{1+1}}',
  ])('%s is refused', (text) => {
    expect(brokenTemplates({ a: ['x', text] })).toEqual([{ at: ['a', 1], message: expect.any(String) }]);
  });
});

test('objects keep their keys, __proto__ too, and templates in keys are only text', () => {
  const given = JSON.parse('{"__proto__": {"x": "{{event.data.name}}"}, "{{workspace.name}}": 1}');
  expect(filled(given)).toBe('{"__proto__":{"x":"Van 7"},"{{workspace.name}}":1}');
});

describe('a huge rendering', () => {
  const wide: Scope = { ...scope, event: { data: { text: 'x'.repeat(100_000) } } };

  test.each([
    ['in one text', '{{event.data.text}} '.repeat(3)],
    ['in many texts', Array.from({ length: 1000 }, () => '{{event.data.text}}')],
    ['of objects', { a: '{{event.data}}', b: '{{event.data}}', c: '{{event.data}}' }],
  ])('%s is given up', (_, value) => {
    expect(() => render(value, wide, new Budget())).toThrow(RenderingTooLarge);
  });

  test('a step has one budget for all of its fields', () => {
    const budget = new Budget();
    renderText('{{event.data.text}}', wide, budget);
    renderText('{{event.data.text}}', wide, budget);
    expect(() => renderText('{{event.data.text}}', wide, budget)).toThrow(RenderingTooLarge);
  });
});

test('any text is either read piece by piece or refused', () => {
  const piece = fc.constantFrom('{{', '}}', '{', '}', 'event', '.data', '.name', ' ', 'é', '\n', 'workspace.name');
  const naive = (text: string) =>
    text.replaceAll(/\{\{([\s\S]*?)\}\}/g, (_, path: string) => {
      const known: Record<string, string> = { 'event.data.name': 'Van 7', 'workspace.name': 'Acme' };
      return known[path.trim()] ?? '';
    });
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }).map((all) => all.join('')),
      (text) => {
        if (brokenTemplates(text).length > 0) return;
        // A template that is the whole text may be an object; within other text it is JSON.
        const isObject = parseTemplate(text).some((one) => typeof one === 'object' && one.names.at(-1) !== 'name');
        if (!isObject) expect(renderText(text, scope, new Budget())).toBe(naive(text));
      },
    ),
    { numRuns: 3000 },
  );
});
