import { RunlensError, type ErrorCode } from '../errors.ts';
import { errorAnswer } from './wire.ts';

/** One answer of the server, its body undone of any compression. */
export interface Answer {
  status: number;
  contentType: string;
  location: string | undefined;
  retryAfter: string | undefined;
  body: Buffer;
}

const CODES: Record<string, ErrorCode> = {
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  CUSTOMER_UNAUTHORIZED: 'UNAUTHENTICATED',
  PERMISSION_DENIED: 'PERMISSION_DENIED',
  RESOURCE_DOES_NOT_EXIST: 'NOT_FOUND',
  REQUEST_LIMIT_EXCEEDED: 'RATE_LIMITED',
  RESOURCE_EXHAUSTED: 'RATE_LIMITED',
  DEADLINE_EXCEEDED: 'SERVER_TIMEOUT',
};

/**
 * Tells apart what an answer other than "200 with a JSON object" means: MLflow's own error, its
 * host check (plain text since 3.5), a proxy's login page, an address that is no tracking server.
 * @param where address without credentials, for the message
 */
export function answerError(answer: Answer, where: string): RunlensError {
  const own = ownError(answer);
  if (own !== undefined) {
    const code = CODES[own.error_code] ?? byStatus(answer.status);
    return new RunlensError(code, `${where} answered ${own.error_code}: ${oneLine(own.message)}`);
  }
  const { status } = answer;
  const text = answer.body.subarray(0, 4096).toString('utf8');
  if (status === 403 && /host header/i.test(text)) {
    return new RunlensError('HOST_REFUSED', `${where} refuses this host name: ${oneLine(text)}`);
  }
  if (status >= 300 && status < 400) return redirectError(answer, where);
  const html = answer.contentType.includes('text/html') || /^\s*<(!doctype|html)/i.test(text);
  if (html && (status === 200 || status === 403) && /log ?in|sign ?in|password/i.test(text)) {
    return new RunlensError('LOGIN_PAGE', `${where} answered ${status} with a login page`);
  }
  if (status === 200 || status === 404 || status === 405) {
    const what = html ? 'an HTML page' : `'${oneLine(text, 60)}'`;
    return new RunlensError(
      'NOT_MLFLOW',
      `${where} answered ${status} with ${what}, not MLflow's JSON`,
    );
  }
  return new RunlensError(
    byStatus(status),
    `${where} answered ${status}: ${oneLine(html ? 'an HTML page' : text)}`,
  );
}

function ownError(answer: Answer): { error_code: string; message: string } | undefined {
  try {
    return errorAnswer.safeParse(JSON.parse(answer.body.toString('utf8'))).data;
  } catch {
    return undefined; // not JSON: told apart by status and text
  }
}

function redirectError({ status, location = '' }: Answer, where: string): RunlensError {
  const to = location.replace(/[?#].*$/s, '');
  if (/log-?in|sign-?in|oauth|sso|auth/i.test(location)) {
    return new RunlensError('LOGIN_PAGE', `${where} redirects (${status}) to a login: ${to}`);
  }
  return new RunlensError('NOT_MLFLOW', `${where} redirects (${status}) to ${to}`, {
    hint: 'Use the address it redirects to as MLFLOW_TRACKING_URI.',
  });
}

function byStatus(status: number): ErrorCode {
  if (status === 401) return 'UNAUTHENTICATED';
  if (status === 403) return 'PERMISSION_DENIED';
  if (status === 408 || status === 504) return 'SERVER_TIMEOUT';
  if (status === 429) return 'RATE_LIMITED';
  return status >= 500 ? 'SERVER_ERROR' : 'SERVER_REFUSED';
}

/** Text of the server's in one of our lines: no line breaks, no control characters, not long. */
export function oneLine(text: string, length = 200): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it takes out
  const flat = text.replace(/[\s\u0000-\u001f\u007f]+/g, ' ').trim();
  return flat.length > length ? `${flat.slice(0, length)}…` : flat;
}
