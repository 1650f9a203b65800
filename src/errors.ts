/**
 * Every failure a user can meet: its code, the HTTP status a route answers, the exit code of the
 * command line, and what to try next. One table, so that the same failure reads the same in a
 * terminal, in JSON and on a page. Exit codes: 1 failed, 2 wrong usage or configuration.
 */
export const ERRORS = {
  BAD_CONFIG: { status: 500, exit: 2, hint: 'See the configuration table in the README.' },
  BAD_USAGE: { status: 400, exit: 2, hint: 'Run `runlens --help`.' },
  BAD_REQUEST: { status: 400, exit: 2, hint: 'Check the named field.' },
  NOT_FOUND: { status: 404, exit: 1, hint: 'Check the name; it may have been removed.' },
  METHOD_NOT_ALLOWED: { status: 405, exit: 1, hint: 'See /openapi.json for the methods.' },
  NOT_ACCEPTABLE: { status: 406, exit: 1, hint: 'Ask for another media type, or for any.' },
  FORBIDDEN: { status: 403, exit: 1, hint: 'Open Runlens under the address it printed.' },
  SERVER_UNREACHABLE: {
    status: 502,
    exit: 1,
    hint: 'Check MLFLOW_TRACKING_URI, and that the tracking server runs.',
  },
  SERVER_TIMEOUT: {
    status: 504,
    exit: 1,
    hint: 'The server may be busy; raise MLFLOW_HTTP_REQUEST_TIMEOUT or try again.',
  },
  NOT_MLFLOW: {
    status: 502,
    exit: 1,
    hint: 'The address answers, but not as an MLflow tracking server: check host, port and path.',
  },
  LOGIN_PAGE: {
    status: 502,
    exit: 1,
    hint: 'A proxy asks for a login: set MLFLOW_TRACKING_TOKEN, or user and password.',
  },
  UNAUTHENTICATED: {
    status: 502,
    exit: 1,
    hint: 'Check MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or the token.',
  },
  PERMISSION_DENIED: { status: 502, exit: 1, hint: 'The user lacks the right to read there.' },
  HOST_REFUSED: {
    status: 502,
    exit: 1,
    hint: 'The tracking server does not allow this host name: start it with --allowed-hosts.',
  },
  EXPERIMENT_NOT_FOUND: {
    status: 404,
    exit: 1,
    hint: 'Names are exact; list them in the MLflow UI, or leave --experiment out for all.',
  },
  RATE_LIMITED: { status: 502, exit: 1, hint: 'The server asks for fewer requests; try later.' },
  SERVER_ERROR: { status: 502, exit: 1, hint: "See the tracking server's own log." },
  SERVER_REFUSED: { status: 502, exit: 1, hint: 'The tracking server refused the request.' },
  BAD_ANSWER: {
    status: 502,
    exit: 1,
    hint: 'The answer was cut or changed on its way; check proxies, then try again.',
  },
  PAGING_STUCK: {
    status: 502,
    exit: 1,
    hint: 'The server repeats itself between pages; a newer MLflow may mend it.',
  },
  DATABASE_LOCKED: {
    status: 503,
    exit: 1,
    hint: 'Another Runlens has this file open: use its HTTP address, or another --db.',
  },
  DATABASE_UNUSABLE: { status: 503, exit: 1, hint: 'Check the path and the rights of --db.' },
  DATABASE_TOO_NEW: {
    status: 503,
    exit: 1,
    hint: 'A newer Runlens wrote this file: use that version, or another --db.',
  },
  SOURCE_CHANGED: {
    status: 500,
    exit: 2,
    hint: 'Use another --db, or another source name, for another tracking server.',
  },
  PORT_IN_USE: { status: 500, exit: 1, hint: 'Choose another with --port, or --port 0.' },
  QUERY_FAILED: { status: 500, exit: 1, hint: 'Run `runlens check` to find the mistake.' },
  QUERY_TIMEOUT: { status: 503, exit: 1, hint: 'Choose a narrower filter.' },
  OUT_OF_MEMORY: {
    status: 503,
    exit: 1,
    hint: 'Choose fewer rows or columns, or raise memory_limit (RUNLENS_MEMORY_LIMIT).',
  },
  BUSY: { status: 503, exit: 1, hint: 'Too many ask at once; try again in a moment.' },
  BAD_DASHBOARD: { status: 500, exit: 1, hint: 'Run `runlens check` for file and line.' },
  BAD_QUERY_FILE: { status: 500, exit: 1, hint: 'Run `runlens check` for file and line.' },
  WRITE_FAILED: { status: 500, exit: 1, hint: 'Check the folder, its rights and the free space.' },
  CANCELLED: { status: 499, exit: 1, hint: 'Stopped before the end; nothing committed is lost.' },
  INTERNAL: { status: 500, exit: 1, hint: 'Please report this, with --log-level debug output.' },
} as const;

export type ErrorCode = keyof typeof ERRORS;

export interface RunlensErrorOptions {
  cause?: unknown;
  /** Replaces the table's hint where the place knows better. */
  hint?: string;
  /** The request field, option or file key at fault. */
  field?: string | undefined;
}

/** The only error type that crosses a folder's border on purpose. Its message is one line, without secrets. */
export class RunlensError extends Error {
  override readonly name = 'RunlensError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly field: string | undefined;

  constructor(code: ErrorCode, message: string, options: RunlensErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? ERRORS[code].hint;
    this.field = options.field;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  get exitCode(): number {
    return ERRORS[this.code].exit;
  }
}

/** Anything thrown, as a RunlensError; what is not ours becomes INTERNAL and keeps its cause. */
export function toRunlensError(thrown: unknown): RunlensError {
  if (thrown instanceof RunlensError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new RunlensError('INTERNAL', message.split('\n', 1)[0] ?? 'unknown error', {
    cause: thrown,
  });
}
