import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { changeForms } from '../../../shared/fieldwork/change.ts';
import { deleteForms } from '../../../shared/fieldwork/delete.ts';
import { publishForms } from '../../../shared/fieldwork/publish.ts';
import { readForms } from '../../../shared/fieldwork/read.ts';
import { listVersions, readVersions } from '../../../shared/fieldwork/versions.ts';
import { readIfMatch } from '../../../shared/http/conditional.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { formKeys } from '../../../shared/table/keys/forms.ts';
import { aForm, text } from '../exports/forms.ts';
import { Yard } from '../exports/yard.ts';
import { hurry, interleave, outcome } from '../users/crew.ts';

/** Concurrent publishes, edits and deletions of one form have the result of some sequential order. */

let yard: Yard;
beforeEach(() => {
  hurry();
  yard = new Yard();
});
afterEach(() => {
  yard.end();
  vi.restoreAllMocks();
});

/** `first` is the title of the first published version; an edit back to it discards the draft. */
type Step =
  | { readonly kind: 'publish'; readonly careful: boolean }
  | { readonly kind: 'delete'; readonly careful: boolean }
  | { readonly kind: 'edit'; readonly title: string; readonly careful: boolean };

interface State {
  /** The titles of the published versions, the oldest first. */
  readonly live: readonly string[];
  readonly draft: string | undefined;
  readonly version: number;
}

/** Undefined once the form is deleted. */
type Present = State | undefined;

const beginning: State = { live: ['first'], draft: 'second', version: 3 };

/** The effect of a step by the rules of the documentation. */
function naive(state: Present, step: Step): readonly [outcomes: string, next: Present] {
  if (!state) return ['NOT_FOUND', state];
  const { live, draft, version } = state;
  if (step.careful && version !== beginning.version) return ['PRECONDITION_FAILED', state];
  if (step.kind === 'delete') return ['done', undefined];
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

/** The result of every order: the outcome of each step, and the final state. */
function* resultsOf(steps: readonly Step[]): Generator<{ outcomes: string[]; state: Present }> {
  for (const order of ordersOf([...steps.keys()])) {
    const outcomes: string[] = [];
    let state: Present = beginning;
    for (const i of order) [outcomes[i], state] = naive(state, steps[i]!);
    yield { outcomes, state };
  }
}

async function stateOf(formId: string): Promise<Present> {
  const { reference } = yard.tenant;
  const { pk } = formKeys.thin(reference, formId);
  const isListed = yard.database.rows('main', (row) => row.pk === pk && row.sk === formId).length > 0;
  const form = await readForms
    .open()
    .get(yard.owner, formId)
    .catch(() => undefined);
  expect(isListed).toBe(form !== undefined);
  if (!form) return undefined;
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
const deleting = fc.record({ kind: fc.constant('delete' as const), careful });
const titles = fc.constantFrom('first', 'second', 'third');
const editing = fc.record({ kind: fc.constant('edit' as const), title: titles, careful });
/** A long pause lets the others finish. */
const pause = fc.oneof({ weight: 4, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.constant(40) });
const pauses = fc.array(pause, { minLength: 5, maxLength: 40 });

/** Runs steps concurrently, in many interleavings; returns all outcomes. */
async function storm(steps: fc.Arbitrary<Step[]>, numRuns: number): Promise<string[]> {
  const seen = new Set<string>();
  const does = (formId: string, step: Step) => {
    const tag = step.careful ? `"v${beginning.version}"` : undefined;
    if (step.kind === 'edit') return edit(formId, step.title, tag);
    if (step.kind === 'delete') return deleteForms.open().delete(yard.owner, formId, readIfMatch(tag));
    return publishForms.open().publish(yard.owner, formId, readIfMatch(tag), unrecorded);
  };
  await fc.assert(
    fc.asyncProperty(steps, pauses, async (all, order) => {
      const formId = await aForm(yard, [text('n')], 'first');
      await edit(formId, 'second');
      expect(await stateOf(formId)).toEqual(beginning);
      interleave(yard.database, order);
      const outcomes = await Promise.all(all.map((step) => outcome(does(formId, step))));
      [yard.database.before, yard.database.between] = [() => undefined, () => undefined];
      expect([...resultsOf(all)]).toContainEqual({ outcomes, state: await stateOf(formId) });
      for (const one of outcomes) seen.add(one);
    }),
    { numRuns },
  );
  return [...seen].sort();
}

test('two publishes and an edit at once, in many interleavings', async () => {
  const steps = fc.tuple(publishing, publishing, editing);
  expect(await storm(steps, 100)).toEqual(['NOTHING_TO_PUBLISH', 'PRECONDITION_FAILED', 'done']);
});

test('a publish, an edit and a deletion at once, in many interleavings', async () => {
  const steps = fc.tuple(publishing, editing, deleting);
  expect(await storm(steps, 80)).toEqual(expect.arrayContaining(['NOT_FOUND', 'PRECONDITION_FAILED', 'done']));
});
