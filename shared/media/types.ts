/** Which types of files are accepted. */

const documents = [
  'application/pdf',
  'text/plain',
  'text/csv',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.oasis.opendocument.text',
  'application/vnd.oasis.opendocument.spreadsheet',
  'application/vnd.oasis.opendocument.presentation',
  'application/vnd.oasis.opendocument.graphics',
];

/** Images, audio and video may be shown in a page; everything else is downloaded. */
export const isShown = (type: string): boolean => /^(image|audio|video)\//.test(type);

/** A declared type, without its parameters and in lower case. */
export const plainType = (declared: string): string => declared.split(';')[0]!.trim().toLowerCase();

/** Whether a type may be declared. What is stored is the detected type. */
export const isAcceptedType = (declared: string): boolean => {
  const type = plainType(declared);
  if (!/^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,99}$/.test(type)) return false;
  return (isShown(type) && !type.startsWith('image/svg')) || documents.includes(type);
};

/** The accepted types in words, for messages. */
export const acceptedTypes =
  'images (except SVG), audio, video, PDF, plain text, CSV, and office documents (OOXML, OpenDocument)';
