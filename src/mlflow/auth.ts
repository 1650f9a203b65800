import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { RunlensError } from '../errors.ts';
import { answerError } from './answer.ts';
import type { Transport } from './transport.ts';

/** How requests prove who asks. The values never leave this folder but in the Authorization header. */
export type Auth =
  | { kind: 'none' }
  | { kind: 'basic'; username: string; password: string }
  | { kind: 'bearer'; token: string }
  /** OAuth for machines on Databricks: a token of one hour from client id and secret. */
  | { kind: 'oauth'; clientId: string; clientSecret: string };

function basicHeader(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** Databricks' tokens live an hour; a new one is asked for this long before. */
const RENEW_BEFORE_MS = 5 * 60_000;

const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  expires_in: z.number().default(3600),
});

/** Gives the Authorization header of each request, and keeps an OAuth token fresh. */
export class Authorizer {
  readonly #auth: Auth;
  readonly #base: URL;
  readonly #transport: Transport;
  readonly #clock: Clock;
  /** The token in use, once one was asked for. */
  #issued = '';
  #token: Promise<{ header: string; until: number }> | undefined;

  constructor(auth: Auth, base: URL, transport: Transport, clock: Clock) {
    this.#auth = auth;
    this.#base = base;
    this.#transport = transport;
    this.#clock = clock;
  }

  async header(signal?: AbortSignal): Promise<string | undefined> {
    const auth = this.#auth;
    if (auth.kind === 'basic') return basicHeader(auth.username, auth.password);
    if (auth.kind === 'bearer') return `Bearer ${auth.token}`;
    if (auth.kind === 'none') return undefined;
    const held = await this.#token?.catch(() => undefined);
    if (held !== undefined && held.until > this.#clock.now()) return held.header;
    this.#token = this.#ask(auth.clientId, auth.clientSecret, signal);
    return (await this.#token).header;
  }

  /** After a 401: true when another token can be asked for. */
  renew(): boolean {
    if (this.#auth.kind !== 'oauth') return false;
    this.#token = undefined;
    return true;
  }

  /** Some servers and proxies quote in an error what they were sent (invariant 7). */
  hideSecrets(error: RunlensError): RunlensError {
    let { message } = error;
    const secrets = [...secretsOf(this.#auth), ...(this.#issued === '' ? [] : [this.#issued])];
    for (const secret of secrets) message = message.replaceAll(secret, '…');
    if (message === error.message) return error;
    const { code, hint, field } = error;
    return new RunlensError(code, message, { hint, ...(field === undefined ? {} : { field }) });
  }

  /** Client credentials as Databricks documents them: form body, basic header, all-apis. */
  async #ask(clientId: string, clientSecret: string, signal: AbortSignal | undefined) {
    const url = new URL('/oidc/v1/token', this.#base);
    const answer = await this.#transport.send({
      method: 'POST',
      url,
      headers: {
        authorization: basicHeader(clientId, clientSecret),
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials&scope=all-apis',
      signal,
    });
    if (answer.status === 400 || answer.status === 401) {
      throw new RunlensError('UNAUTHENTICATED', `${url.origin} refused the OAuth client`, {
        hint: 'Check DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET.',
      });
    }
    if (answer.status !== 200) throw answerError(answer, `${url.origin}${url.pathname}`);
    const { access_token, expires_in } = readToken(answer.body, url);
    this.#issued = access_token;
    const until = this.#clock.now() + expires_in * 1000 - RENEW_BEFORE_MS;
    return { header: `Bearer ${access_token}`, until };
  }
}

/** No cause: it would quote the answer, and with it the token. */
function readToken(body: Buffer, url: URL): z.infer<typeof tokenAnswer> {
  try {
    return tokenAnswer.parse(JSON.parse(body.toString('utf8')));
  } catch {
    throw new RunlensError('BAD_ANSWER', `${url.origin}${url.pathname} answered without a token`);
  }
}

function secretsOf(auth: Auth): string[] {
  if (auth.kind === 'none') return [];
  if (auth.kind === 'bearer') return [auth.token];
  const [name, secret] =
    auth.kind === 'oauth' ? [auth.clientId, auth.clientSecret] : [auth.username, auth.password];
  return secret === '' ? [] : [basicHeader(name, secret).replace('Basic ', ''), secret];
}
