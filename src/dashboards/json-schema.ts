import { isJson, type Json } from '../json.ts';

/** Places of a JSON Schema, every form that is allowed there. */
export type Forms = readonly Json[];

/** A JSON Schema, asked for what may stand at a place whatever form is meant there. */
export class JsonSchema {
  readonly #root: Json;
  /** Large schemas name the same parts over and over. */
  readonly #named = new Map<string, Forms>();

  constructor(root: Json) {
    this.#root = root;
  }

  get forms(): Forms {
    return this.#expand(this.#root);
  }

  /** What may stand below a key or an item. */
  step(forms: Forms, key: PropertyKey): Forms {
    const below = forms.flatMap((form) => {
      const { properties, additionalProperties, items } = form;
      if (typeof key === 'number') return [items].flat();
      const own = isJson(properties) ? properties[String(key)] : undefined;
      return [own ?? additionalProperties];
    });
    return [...new Set(below.filter(isJson).flatMap((it) => this.#expand(it)))];
  }

  /** The names that a mapping may have; undefined where any will do. */
  keys(forms: Forms): string[] | undefined {
    const mappings = forms.filter((it) => it['type'] === 'object' || isAny(it));
    const open = mappings.some((it) => it['additionalProperties'] !== false);
    const names = mappings.flatMap(({ properties }) =>
      Object.keys(isJson(properties) ? properties : {}),
    );
    return open || mappings.length === 0 ? undefined : [...new Set(names)];
  }

  /** The words that a text may be; undefined where any will do. */
  words(forms: Forms): string[] | undefined {
    const texts = forms.filter((it) => [it['type']].flat().includes('string') || isAny(it));
    const words = texts.map((it) =>
      Array.isArray(it['enum']) ? it['enum'] : [it['const']].flat(),
    );
    const open = words.some((all) => all.some((it) => typeof it !== 'string'));
    return open || texts.length === 0 ? undefined : [...new Set(words.flat().map(String))];
  }

  #expand(form: Json): Forms {
    const { $ref, anyOf, oneOf, allOf, ...own } = form;
    if (typeof $ref === 'string') {
      const known = this.#named.get($ref);
      if (known !== undefined) return known;
      // One that leads back to itself adds nothing.
      this.#named.set($ref, []);
      const path = $ref.split('/').slice(1).map(decodeURIComponent);
      const found = path.reduce<unknown>(
        (at, key) => (isJson(at) ? at[key] : undefined),
        this.#root,
      );
      const forms = isJson(found) ? this.#expand(found) : [];
      this.#named.set($ref, forms);
      return forms;
    }
    const inside = [anyOf, oneOf, allOf].flatMap((it) => (Array.isArray(it) ? it : []));
    if (inside.length === 0) return [own];
    return inside.filter(isJson).flatMap((it) => this.#expand(it));
  }
}

const isAny = (form: Json): boolean => !('type' in form || 'enum' in form || 'const' in form);
