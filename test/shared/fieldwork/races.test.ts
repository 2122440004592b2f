import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { changeForms } from '../../../shared/fieldwork/change.ts';
import { publishForms } from '../../../shared/fieldwork/publish.ts';
import { readForms } from '../../../shared/fieldwork/read.ts';
import { listVersions, readVersions } from '../../../shared/fieldwork/versions.ts';
import { readIfMatch } from '../../../shared/http/conditional.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { aForm, text } from '../exports/forms.ts';
import { Yard } from '../exports/yard.ts';
import { hurry, interleave, outcome } from '../users/crew.ts';

/** Publishes and edits of one form at once have the result of some order in which they come one after the other. */

let yard: Yard;
beforeEach(() => {
  hurry();
  yard = new Yard();
});
afterEach(() => {
  yard.end();
  vi.restoreAllMocks();
});

/** `first` is the title of what is published at the beginning; to edit a form to it discards the draft. */
type Step =
  | { readonly kind: 'publish'; readonly careful: boolean }
  | { readonly kind: 'edit'; readonly title: string; readonly careful: boolean };

interface State {
  /** The titles of the published versions, the oldest first. */
  readonly live: readonly string[];
  readonly draft: string | undefined;
  readonly version: number;
}

const beginning: State = { live: ['first'], draft: 'second', version: 3 };

/** What a form does, as the documentation has it. */
function naive(state: State, step: Step): readonly [told: string, next: State] {
  const { live, draft, version } = state;
  if (step.careful && version !== beginning.version) return ['PRECONDITION_FAILED', state];
  if (step.kind === 'publish') {
    if (draft === undefined) return ['NOTHING_TO_PUBLISH', state];
    return ['done', { live: [...live, draft], draft: undefined, version: version + 1 }];
  }
  const next = step.title === live.at(-1) ? undefined : step.title;
  return ['done', next === draft ? state : { live, draft: next, version: version + 1 }];
}

function* ordersOf<T>(items: readonly T[]): Generator<T[]> {
  if (items.length === 0) yield [];
  for (const [i, item] of items.entries()) {
    for (const rest of ordersOf(items.toSpliced(i, 1))) yield [item, ...rest];
  }
}

/** Every result that some order has: what each step is told, and the state in the end. */
function* resultsOf(steps: readonly Step[]): Generator<{ told: string[]; state: State }> {
  for (const order of ordersOf([...steps.keys()])) {
    const told: string[] = [];
    let state = beginning;
    for (const i of order) [told[i], state] = naive(state, steps[i]!);
    yield { told, state };
  }
}

async function stateOf(formId: string): Promise<State> {
  const form = await readForms.open().get(yard.owner, formId);
  const versions = (await listVersions.open().list(yard.owner, formId)).reverse();
  expect(versions.map(({ version_num }) => version_num)).toEqual(versions.map((_, i) => i + 1));
  expect([form.form_version_id, form.version_num]).toEqual([versions.at(-1)!.id, versions.length]);
  const read = versions.map(({ id }) => readVersions.open().get(yard.owner, formId, id));
  const titleOf = ({ schema }: { readonly schema: unknown }) => (schema as { title: string }).title;
  const live = (await Promise.all(read)).map(titleOf);
  const draft = form.has_draft ? titleOf(form) : undefined;
  if (draft === undefined) expect(titleOf(form)).toBe(live.at(-1));
  return { live, draft, version: form.version };
}

const edit = (formId: string, title: string, ifMatch?: string) => {
  const schema = { title, fields: [text('n')] };
  return changeForms.open().change(yard.owner, formId, { schema } as never, readIfMatch(ifMatch));
};

const careful = fc.boolean();
const publishing = fc.record({ kind: fc.constant('publish' as const), careful });
const editing = fc.record({
  kind: fc.constant('edit' as const),
  title: fc.constantFrom('first', 'second', 'third'),
  careful,
});
const storms = fc.record({
  steps: fc
    .tuple(publishing, publishing, editing, fc.option(editing, { nil: undefined }))
    .map((all) => all.filter((one) => one !== undefined)),
  pauses: fc.array(fc.nat(4), { minLength: 1, maxLength: 40 }),
});

test('two publishes and edits at once, in many interleavings', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(storms, async ({ steps, pauses }) => {
      const formId = await aForm(yard, [text('n')], 'first');
      await edit(formId, 'second');
      expect(await stateOf(formId)).toEqual(beginning);
      interleave(yard.database, pauses);
      const does = (step: Step) => {
        const tag = step.careful ? `"v${beginning.version}"` : undefined;
        if (step.kind === 'edit') return edit(formId, step.title, tag);
        return publishForms.open().publish(yard.owner, formId, readIfMatch(tag), unrecorded);
      };
      const told = await Promise.all(steps.map((step) => outcome(does(step))));
      [yard.database.before, yard.database.between] = [() => undefined, () => undefined];
      expect([...resultsOf(steps)]).toContainEqual({ told, state: await stateOf(formId) });
      for (const one of told) seen.add(one);
    }),
    { numRuns: 150 },
  );
  expect([...seen].sort()).toEqual(['NOTHING_TO_PUBLISH', 'PRECONDITION_FAILED', 'done']);
});
