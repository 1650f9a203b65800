/** MLflow's own settings of the Python client, under the same environment variables. */
export interface RetryOptions {
  /** MLFLOW_HTTP_REQUEST_MAX_RETRIES, 0 to 9. */
  maxRetries: number;
  /** MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: seconds, doubled each time. */
  backoffFactor: number;
  /** MLFLOW_HTTP_REQUEST_BACKOFF_JITTER: up to so many seconds more. */
  backoffJitter: number;
  /** MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER. */
  respectRetryAfter: boolean;
  /** All tries of one request together, milliseconds. */
  deadlineMs: number;
}

export const DEFAULT_RETRY: RetryOptions = {
  maxRetries: 7,
  backoffFactor: 2,
  backoffJitter: 1,
  respectRetryAfter: true,
  deadlineMs: 500_000,
};

const MAX_BACKOFF_MS = 120_000;

/** Codes the Python client retries on every method. 500 is handled apart: see `MAX_RETRIES_500`. */
const RETRIED = new Set([408, 429, 500, 502, 503, 504]);

/** MLflow answers 500 to some mistakes that stay mistakes, such as an id that is no number. */
const MAX_RETRIES_500 = 2;

export function mayRetryStatus(status: number, attempt: number): boolean {
  if (status === 500 && attempt >= MAX_RETRIES_500) return false;
  return RETRIED.has(status);
}

/**
 * Milliseconds before try `attempt + 1`: at once, then factor * 2^n seconds up to two minutes, as
 * urllib3 does for the Python client, or what the server asks for.
 */
export function retryDelay(
  attempt: number,
  options: RetryOptions,
  retryAfter: string | undefined,
  now: number,
  random: () => number,
): number {
  const asked = options.respectRetryAfter ? parseRetryAfter(retryAfter, now) : undefined;
  if (asked !== undefined) return asked;
  const base = attempt === 0 ? 0 : options.backoffFactor * 2 ** (attempt - 1) * 1000;
  return Math.min(base, MAX_BACKOFF_MS) + random() * options.backoffJitter * 1000;
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3); milliseconds from now, or undefined. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
