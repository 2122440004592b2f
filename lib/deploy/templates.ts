import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** The synthesised resources by stack name. */
export type Templates = ReadonlyMap<string, readonly Resource[]>;

const suffix = '.template.json';

/** The templates of one stage in a cloud assembly, which may also contain those of an earlier synth. */
export function readTemplates(assembly: string, stage: string): Templates {
  const files = readdirSync(assembly).filter((file) => file.startsWith(`Hexfence-${stage}-`) && file.endsWith(suffix));
  return new Map(
    files.map((file) => {
      const template = JSON.parse(readFileSync(join(assembly, file), 'utf8')) as {
        Resources?: Record<string, Resource>;
      };
      return [file.slice(0, -suffix.length), Object.values(template.Resources ?? {})];
    }),
  );
}

export function countType(resources: readonly Resource[], type: string): number {
  return resources.filter((resource) => resource.Type === type).length;
}
