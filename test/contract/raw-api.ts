import { isLosslessNumber, parse } from 'lossless-json';

/** Plain HTTP and no client code, so that what is checked is the server and nothing of ours. */
export interface RawAnswer {
  status: number;
  type: string;
  text: string;
  /** Numbers stay as their digits (`LosslessNumber`); undefined if the text is no JSON. */
  json: unknown;
}

export class RawApi {
  private readonly url: string;

  constructor(url: string) {
    this.url = url.replace(/\/$/, '');
  }

  get(path: string, query: Record<string, string> = {}): Promise<RawAnswer> {
    return this.ask(`/api/2.0/mlflow/${path}?${new URLSearchParams(query).toString()}`);
  }

  post(path: string, body: unknown, type = 'application/json'): Promise<RawAnswer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const headers = { 'content-type': type };
    return this.ask(`/api/2.0/mlflow/${path}`, { method: 'POST', headers, body: text });
  }

  async ask(path: string, init: RequestInit = {}): Promise<RawAnswer> {
    const response = await fetch(this.url + path, init);
    const text = await response.text();
    let json: unknown;
    try {
      json = parse(text);
    } catch {
      json = undefined;
    }
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      text,
      json,
    };
  }
}

export interface Item {
  [field: string]: unknown;
}

/** The items of a page, none for `{}`. */
export function itemsOf(answer: RawAnswer, field: string): Item[] {
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text.slice(0, 300)}`);
  return ((answer.json as Item)[field] ?? []) as Item[];
}

export function tokenOf(answer: RawAnswer): string | undefined {
  return (answer.json as { next_page_token?: string }).next_page_token;
}

export function errorCodeOf(answer: RawAnswer): string {
  return String((answer.json as { error_code?: unknown } | undefined)?.error_code);
}

/** `info.run_id`, `data.metrics`: undefined where a step is missing. */
export function at(item: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, step) => (value as Item | undefined)?.[step], item);
}

export function int(item: unknown, path: string): bigint {
  const value = at(item, path);
  if (!isLosslessNumber(value)) throw new Error(`${path} is no number`);
  return BigInt(value.value);
}

export function text(item: unknown, path: string): string {
  const value = at(item, path);
  if (typeof value !== 'string') throw new Error(`${path} is no string`);
  return value;
}
