import { escaped } from './plain-text.ts';

/** A mail in the form in which it is sent. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The content of a mail before rendering. None of it is HTML. */
export interface Letter {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly step: Step;
  /** Sentences after the step. */
  readonly closing: readonly string[];
}

/** The one thing that the reader of a mail can do with its token. */
export interface Step {
  /** "Choose a new password". */
  readonly label: string;
  readonly token: string;
  /** Page of the customer's application for this step: `/reset-password`. */
  readonly page: string;
  /** Path of the API's operation, and the body of its request without the token. */
  readonly operation: string;
  readonly body: Readonly<Record<string, string>>;
}

/** @param appUrl base of the customer's application; without one, the mail shows the token and the request to send */
export function render(letter: Letter, appUrl: string | undefined): Mail {
  const { subject } = letter;
  return appUrl === undefined
    ? { subject, text: textOf(letter, requestText(letter.step)), html: htmlOf(letter, requestHtml(letter.step)) }
    : {
        subject,
        text: textOf(letter, linkText(letter.step, appUrl)),
        html: htmlOf(letter, linkHtml(letter.step, appUrl)),
      };
}

function linkOf({ page, token }: Step, appUrl: string): string {
  return `${appUrl.replace(/\/+$/, '')}${page}?token=${encodeURIComponent(token)}`;
}

function requestOf({ operation, token, body }: Step): string {
  return `POST ${operation}\nContent-Type: application/json\n\n${JSON.stringify({ token, ...body }, null, 2)}`;
}

const linkText = (step: Step, appUrl: string): string => `${step.label}:\n${linkOf(step, appUrl)}`;

const requestIntroduction = 'send this request to the API of the platform';

const requestText = (step: Step): string => `${step.label}: ${requestIntroduction}.\n\n${requestOf(step)}`;

const textOf = ({ paragraphs, closing }: Letter, instruction: string): string =>
  `${[...paragraphs, instruction, ...closing].join('\n\n')}\n`;

const style = {
  page: 'margin:0;padding:24px;background-color:#f3f4f6;',
  sheet:
    'max-width:560px;margin:0 auto;padding:32px;background-color:#ffffff;border-radius:8px;color:#1f2937;' +
    "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5;",
  title: 'margin:0 0 16px;font-size:20px;line-height:1.3;',
  paragraph: 'margin:0 0 16px;',
  button:
    'display:inline-block;padding:12px 20px;border-radius:6px;background-color:#1d4ed8;color:#ffffff;' +
    'font-weight:bold;text-decoration:none;',
  address: 'color:#1d4ed8;word-break:break-all;',
  request:
    'margin:0 0 16px;padding:16px;background-color:#f3f4f6;border-radius:6px;font-size:14px;' +
    'white-space:pre-wrap;word-break:break-all;',
};

const element = (name: string, css: string, content: string, more = ''): string =>
  `<${name}${more} style="${escaped(css)}">${content}</${name}>`;

const paragraph = (content: string): string => element('p', style.paragraph, content);

function linkHtml(step: Step, appUrl: string): string {
  const link = escaped(linkOf(step, appUrl));
  const to = ` href="${link}"`;
  return [
    paragraph(element('a', style.button, escaped(step.label), to)),
    paragraph(`If the button does not work, open this address:<br>${element('a', style.address, link, to)}`),
  ].join('\n');
}

function requestHtml(step: Step): string {
  const introduction = escaped(`${step.label}: ${requestIntroduction}.`);
  return [paragraph(introduction), element('pre', style.request, escaped(requestOf(step)))].join('\n');
}

function htmlOf({ subject, paragraphs, step, closing }: Letter, instruction: string): string {
  const paragraphsOf = (texts: readonly string[]) => texts.map((text) => paragraph(escaped(text)));
  // Not the subject: the names in it would become links here.
  const title = element('h1', style.title, escaped(step.label));
  const sheet = ['', title, ...paragraphsOf(paragraphs), instruction, ...paragraphsOf(closing), ''].join('\n');
  return `<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(subject)}</title>
</head>
<body style="${escaped(style.page)}">
${element('div', style.sheet, sheet)}
</body>
</html>
`;
}
