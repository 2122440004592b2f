import * as z from 'zod';
import type { Caller } from '../auth/caller.ts';
import type { Opened } from '../capability/capability.ts';
import { acceptedHeaders, type HttpRequest, waitsUntil } from '../http/request.ts';
import { attachment } from '../sheets/names.ts';
import { bytesOfAnswer } from '../table/page.ts';
import { givenId } from '../wire/id.ts';
import { isInOrder, notInOrder, phoneSpanParameters } from '../wire/time-span.ts';
import { askForFiles } from './ask.ts';
import { downloadName } from './file-kinds.ts';
import { showExport } from './record.ts';
import type { FormInclude } from './terms.ts';
import { ExportJob } from './wire.ts';

/** Responses to requests for a file of a form: the file, a link to it, or its job. */

export const fileQuery = z
  .object({ form_id: givenId().meta({ names: 'form' }), ...phoneSpanParameters() })
  .refine(isInOrder, notInOrder);

/** What the routes of all kinds of files have in common. */
export const fileRoute = {
  scope: 'submissions:export',
  uses: { files: askForFiles },
  query: fileQuery,
  problems: ['NOT_FOUND'],
  respondsAsync: true,
  timeoutSeconds: 29,
} as const;

/** The success answers besides the file itself. */
export const otherAnswers = { 202: ExportJob, 303: null } as const;

export const aboutDelivery =
  'Answers the file if it has at most 4 MiB and is ready within 20 seconds, and 303 with a link to it if it is larger: a client that ' +
  'follows redirects gets it in both cases. Otherwise, and at once with `Prefer: respond-async`, answers 202 with the job, for which ' +
  '`GET /exports/{id}` can be asked; the same request again joins it. A file answers equal requests for 10 minutes, unless something of ' +
  'the form was stored since. `from` and `to` are about `collected_at`, and both belong to the range.';

interface Asking extends Opened<(typeof fileRoute)['uses']> {
  readonly caller: Caller;
  readonly query: z.output<typeof fileQuery>;
  readonly request: HttpRequest;
}

export async function answerFile(include: FormInclude, { files, caller, query, request }: Asking) {
  const { form_id: formId, from, to } = query;
  const until = waitsUntil(request);
  const job = await files.ask(caller, { formId, include, from, to }, until);
  if (until > 0 && job.status === 'READY') {
    const { sizeBytes = 0, form } = job;
    const raw = sizeBytes <= bytesOfAnswer ? await files.bytesOf(job) : undefined;
    if (!raw) return { status: 303, headers: { Location: await files.linkOf(job) } } as const;
    return {
      status: 200,
      raw,
      headers: { 'Content-Disposition': attachment(downloadName(job.includes, form!.name)) },
    } as const;
  }
  const headers = { Location: `${request.origin}/api/v1/exports/${job.sk}`, ...acceptedHeaders(request) };
  return { status: 202, body: showExport(job), headers } as const;
}
