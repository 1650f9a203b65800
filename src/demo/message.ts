import { invalid } from './api-error.ts';

const LARGEST_PAGE = 50_000;

/** A request's fields, from its JSON body or its query, read with the server's leniency. */
export class RequestMessage {
  readonly #fields: ReadonlyMap<string, unknown>;

  private constructor(fields: Iterable<readonly [string, unknown]>) {
    this.#fields = new Map(fields);
  }

  static fromQuery(query: Readonly<Record<string, string>>): RequestMessage {
    return new RequestMessage(Object.entries(query));
  }

  /**
   * A body that is no JSON object counts as an empty request, without an error. Names may be in
   * camel case here, as in protobuf's JSON.
   */
  static fromBody(body: string): RequestMessage {
    let parsed: unknown;
    try {
      parsed = JSON.parse(body);
    } catch {
      parsed = undefined;
    }
    const fields = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
    return new RequestMessage(fields.map(([name, value]) => [snakeCase(name), value]));
  }

  text(name: string): string {
    const value = this.#get(name);
    if (value === undefined || value === null) return '';
    if (typeof value === 'string') return value;
    throw wrong(name, value);
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === '') throw invalid(`'${name}' is required`);
    return value;
  }

  list(name: string): unknown[] {
    const value = this.#get(name) ?? [];
    if (!Array.isArray(value)) throw wrong(name, value);
    return value;
  }

  /** @param largest the server has no limit for metric histories */
  pageSize(otherwise: number, largest = LARGEST_PAGE): number {
    const value = this.#get('max_results') ?? otherwise;
    const size = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof size !== 'number' || Number.isNaN(size)) throw wrong('max_results', value);
    if (!Number.isInteger(size)) return otherwise;
    if (size <= 0 || size > largest)
      throw invalid(`'max_results' ${size} is not from 1 to ${largest}`);
    return size;
  }

  /** An unknown view type is no error for the server: it then shows what is active. */
  shows(field: string): (item: { deleted: boolean }) => boolean {
    const value = String(this.#get(field));
    if (value === 'ALL' || value === '3') return () => true;
    const deleted = value === 'DELETED_ONLY' || value === '2';
    return (item) => item.deleted === deleted;
  }

  #get(name: string): unknown {
    return this.#fields.get(name);
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function wrong(name: string, value: unknown): Error {
  return invalid(`'${name}' cannot be ${JSON.stringify(value)}`);
}
