import { markdownTable } from '../../support/reference.ts';

/** A JSON Schema as far as the format of dashboards uses it. */
interface Schema {
  type?: string;
  const?: string | number;
  enum?: string[];
  default?: unknown;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
}

export interface FormatKey {
  key: string;
  type: string;
  /** As JSON; undefined where the key may be left out or must be given. */
  default: string | undefined;
  required: boolean;
  means: string;
}

export interface FormatSection {
  title: string;
  keys: FormatKey[];
}

/** The format of dashboards in words: the keys of the file, of each type of parameter, of a panel. */
export function formatSections(schema: Schema): FormatSection[] {
  const { params, annotations, panels } = schema.properties ?? {};
  const types = entry(params)?.oneOf ?? [];
  return [
    { title: 'The file', keys: keysOf(schema, '', false) },
    ...types.map((it) => {
      const type = it.properties?.['type']?.const ?? '';
      return { title: `A parameter of type ${type}`, keys: keysOf(it, 'params.NAME.') };
    }),
    { title: 'An annotation', keys: keysOf(entry(annotations) ?? {}, 'annotations.NAME.') },
    { title: 'A panel', keys: keysOf(entry(panels) ?? {}, 'panels.NAME.') },
  ];
}

const entry = (schema: Schema | undefined): Schema | undefined =>
  typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined;

function keysOf(schema: Schema, path: string, deep = true): FormatKey[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, its]) => {
    const own: FormatKey = {
      key: path + name,
      type: typeOf(its),
      default: its.default === undefined ? undefined : JSON.stringify(its.default),
      required: schema.required?.includes(name) ?? false,
      means: its.description ?? '',
    };
    const parts = its.items?.anyOf ?? its.anyOf ?? [its];
    const inner = parts.flatMap((it) => keysOf(it, `${path}${name}.`));
    return deep ? [own, ...inner] : [own];
  });
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return schema.enum.map((it) => `\`${it}\``).join(', ');
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined) return [...new Set(either.map(typeOf))].join(' or ');
  if (schema.type === 'array') return 'list';
  if (schema.type === 'object') return 'mapping';
  return schema.type === 'string' ? 'text' : (schema.type ?? 'any');
}

/** A section as a table of Markdown. */
export function sectionText({ title, keys }: FormatSection): string {
  const rows = keys.map(({ key, type, default: usual, required, means }) => {
    const without = required ? 'required' : usual === undefined ? '' : `\`${usual}\``;
    return [`\`${key}\``, type, without, means];
  });
  return `### ${title}\n\n${markdownTable(['key', 'value', 'default', 'means'], rows)}`;
}
