import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, type InputType } from 'node:zlib';
import { Agent, request } from 'undici';
import { RunlensError } from '../errors.ts';
import { oneLine, type Answer } from './answer.ts';

export interface TransportOptions {
  /** MLFLOW_HTTP_REQUEST_TIMEOUT, milliseconds: until the head of the answer, and between bytes. */
  timeoutMs?: number;
  /** MLFLOW_TRACKING_INSECURE_TLS: do not check the server's certificate. */
  insecureTls?: boolean;
  /** MLFLOW_TRACKING_SERVER_CERT_PATH: trust this CA bundle. */
  caPath?: string;
  /** MLFLOW_TRACKING_CLIENT_CERT_PATH: a .pem with certificate and key. */
  clientCertPath?: string;
  /** Open connections at the most. */
  connections?: number;
}

export interface HttpRequest {
  method: 'GET' | 'POST';
  url: URL;
  headers: Record<string, string>;
  body?: string;
  signal?: AbortSignal | undefined;
}

/** Sends one request and gives its answer whole. Throws SERVER_UNREACHABLE, SERVER_TIMEOUT or BAD_ANSWER. */
export interface Transport {
  send(request: HttpRequest): Promise<Answer>;
  close(): Promise<void>;
}

/** A page of 50 000 runs is about 110 MB; more than this is no answer of a tracking server. */
const MAX_BODY_BYTES = 1 << 30;

/** A server that is there takes a connection at once, however busy it is. */
const CONNECT_MS = 10_000;

type Inflate = (body: InputType, options: { maxOutputLength: number }) => Promise<Buffer>;

const DECODERS: Record<string, Inflate> = {
  gzip: promisify(gunzip) as Inflate,
  'x-gzip': promisify(gunzip) as Inflate,
  deflate: promisify(inflate) as Inflate,
  br: promisify(brotliDecompress) as Inflate,
};

export function createTransport({
  timeoutMs = 120_000,
  insecureTls = false,
  caPath,
  clientCertPath,
  connections = 16,
}: TransportOptions = {}): Transport {
  const client = clientCertPath === undefined ? undefined : readPem(clientCertPath);
  const agent = new Agent({
    connections,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: {
      timeout: Math.min(timeoutMs, CONNECT_MS),
      rejectUnauthorized: !insecureTls,
      ...(caPath === undefined ? {} : { ca: readPem(caPath) }),
      ...(client === undefined ? {} : { cert: client, key: client }),
    },
  });
  return {
    async send({ method, url, headers, body, signal }) {
      try {
        const response = await request(url, {
          dispatcher: agent,
          // A connection belongs to one worker of the server: kept open, all pages of all walks come to
          // wait for the same one while the others idle.
          reset: method === 'POST',
          method,
          headers: { accept: 'application/json', 'accept-encoding': 'gzip, deflate', ...headers },
          ...(body === undefined ? {} : { body }),
          ...(signal === undefined ? {} : { signal }),
        });
        const raw = await readBody(response.body, one(response.headers['content-length']));
        return {
          status: response.statusCode,
          contentType: one(response.headers['content-type']) ?? '',
          location: one(response.headers['location']),
          retryAfter: one(response.headers['retry-after']),
          body: await decode(raw, one(response.headers['content-encoding'])),
        };
      } catch (error) {
        throw networkError(error, url, timeoutMs);
      }
    },
    close: () => agent.destroy(),
  };
}

const one = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

/** With a length given, into one buffer: less than half the time of joining chunks. */
async function readBody(body: AsyncIterable<Buffer>, length: string | undefined): Promise<Buffer> {
  const expected = Number(length ?? 0);
  if (expected > MAX_BODY_BYTES) throw tooLarge();
  const whole = Buffer.allocUnsafe(expected);
  const rest: Buffer[] = [];
  let read = 0;
  for await (const chunk of body) {
    if (read + chunk.length <= expected) chunk.copy(whole, read);
    else rest.push(chunk);
    read += chunk.length;
    if (read > MAX_BODY_BYTES) throw tooLarge();
  }
  if (rest.length === 0) return whole.subarray(0, read);
  return Buffer.concat([whole, ...rest]);
}

const tooLarge = (): RunlensError =>
  new RunlensError('BAD_ANSWER', `the answer is larger than ${MAX_BODY_BYTES >> 20} MiB`);

async function decode(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === '' || encoding === 'identity') return body;
  const decoder = DECODERS[encoding.toLowerCase()];
  if (decoder === undefined) {
    throw new RunlensError('BAD_ANSWER', `the answer is compressed as '${encoding}'`);
  }
  try {
    return await decoder(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    throw new RunlensError('BAD_ANSWER', 'the answer cannot be decompressed', { cause: error });
  }
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new RunlensError('BAD_CONFIG', `cannot read the certificate ${path}`, { cause: error });
  }
}

const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
const CUT = new Set(['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'UND_ERR_SOCKET', 'ECONNRESET']);

function networkError(error: unknown, url: URL, timeoutMs: number): RunlensError {
  if (error instanceof RunlensError) return error;
  const cause = error as Error & { code?: string };
  const { code = '' } = cause;
  const where = url.origin;
  if (cause.name === 'AbortError')
    return new RunlensError('CANCELLED', 'the request was cancelled');
  if (TIMEOUTS.has(code)) {
    const message = `${where} did not answer within ${timeoutMs / 1000} s`;
    return new RunlensError('SERVER_TIMEOUT', message, { cause });
  }
  if (CUT.has(code)) {
    return new RunlensError('SERVER_UNREACHABLE', `${where} broke the connection off`, { cause });
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') {
    return new RunlensError('SERVER_UNREACHABLE', `${where} does not speak TLS`, {
      cause,
      hint: 'Try http:// instead of https:// in MLFLOW_TRACKING_URI.',
    });
  }
  if (/CERT|SSL|TLS|SIGNATURE/i.test(code)) {
    return new RunlensError('SERVER_UNREACHABLE', `${where}: ${oneLine(cause.message)} (${code})`, {
      cause,
      hint: 'Set MLFLOW_TRACKING_SERVER_CERT_PATH to the CA that signed its certificate.',
    });
  }
  if (cause.name === 'HTTPParserError' || code.startsWith('HPE_')) {
    return new RunlensError('NOT_MLFLOW', `${where} does not answer in HTTP`, { cause });
  }
  const reason =
    code === 'ECONNREFUSED'
      ? 'refuses connections'
      : `cannot be reached (${code || oneLine(cause.message)})`;
  return new RunlensError('SERVER_UNREACHABLE', `${where} ${reason}`, { cause });
}
