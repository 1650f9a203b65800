import { systemClock, type Clock } from '../clock.ts';
import { RunlensError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { answerError, type Answer } from './answer.ts';
import { Authorizer, type Auth } from './auth.ts';
import { Pace } from './pace.ts';
import { pause } from './pause.ts';
import { DEFAULT_RETRY, mayRetryStatus, retryDelay, type RetryOptions } from './retry.ts';
import type { Transport } from './transport.ts';

export interface HttpClientOptions {
  /** The tracking URI: `http(s)://host[:port][/prefix]`, without credentials. */
  baseUrl: string;
  transport: Transport;
  auth?: Auth;
  /** MLFLOW_WORKSPACE; sent only when set: servers without the feature answer 500 to it. */
  workspace?: string | undefined;
  retry?: RetryOptions;
  pace?: Pace;
  clock?: Clock;
  random?: () => number;
  log?: Logger;
}

export interface Ask<T> {
  method: 'GET' | 'POST';
  /** Below the base address, such as `/api/2.0/mlflow/runs/search`. */
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  /** Turns the bytes of a 200 into a value; a BAD_ANSWER it throws is worth another try. */
  read: (body: Buffer) => T;
  signal?: AbortSignal | undefined;
  /** The first question to a server: a dead address is said within seconds. */
  firstContact?: boolean;
}

/** What a sync cost, so far. */
export interface Traffic {
  requests: number;
  retries: number;
}

/** No connection or no sense at first contact: likelier a wrong address than a server that restarts. */
const FIRST_CONTACT_RETRIES = 2;
const FIRST_CONTACT_DEADLINE_MS = 15_000;

/** Asks a tracking server, tries again what may pass, and says clearly what does not. */
export class HttpClient {
  readonly traffic: Traffic = { requests: 0, retries: 0 };
  readonly #options: Required<Pick<HttpClientOptions, 'retry' | 'pace' | 'clock' | 'random'>> &
    HttpClientOptions;
  readonly #authorizer: Authorizer;
  readonly #base: URL;

  constructor(options: HttpClientOptions) {
    this.#options = {
      ...options,
      retry: options.retry ?? DEFAULT_RETRY,
      pace: options.pace ?? new Pace(),
      clock: options.clock ?? systemClock,
      random: options.random ?? Math.random,
    };
    this.#base = new URL(`${options.baseUrl.replace(/\/+$/, '')}/`);
    this.#authorizer = new Authorizer(
      options.auth ?? { kind: 'none' },
      this.#base,
      options.transport,
      this.#options.clock,
    );
  }

  /** @throws RunlensError as `answerError` and `Transport.send` do, after the last try */
  async ask<T>(ask: Ask<T>): Promise<T> {
    const { clock, retry } = this.#options;
    const deadline =
      clock.now() + (ask.firstContact ? FIRST_CONTACT_DEADLINE_MS : retry.deadlineMs);
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#try(ask);
      if ('value' in outcome) return outcome.value;
      const { error, answer } = outcome;
      const wrongAddress = answer === undefined || answer.status === 200;
      const allowed = ask.firstContact && wrongAddress ? FIRST_CONTACT_RETRIES : Infinity;
      const delay = retryDelay(
        attempt,
        retry,
        answer?.retryAfter,
        clock.now(),
        this.#options.random,
      );
      const last = attempt >= Math.min(retry.maxRetries, allowed);
      if (!outcome.again(attempt) || last || clock.now() + delay > deadline) throw error;
      this.traffic.retries += 1;
      this.#options.log?.[ask.firstContact ? 'debug' : 'warn'](
        { path: ask.path, attempt: attempt + 1, delay_ms: Math.round(delay), code: error.code },
        error.message,
      );
      await pause(delay, ask.signal);
    }
  }

  close(): Promise<void> {
    return this.#options.transport.close();
  }

  async #try<T>(ask: Ask<T>): Promise<Outcome<T>> {
    let answer: Answer | undefined;
    try {
      answer = await this.#send(ask);
      if (answer.status !== 200) throw answerError(answer, this.#where(ask.path));
      this.#options.pace.answered();
      return { value: this.#read(ask, answer) };
    } catch (thrown) {
      if (!(thrown instanceof RunlensError)) throw thrown;
      const error = this.#authorizer.hideSecrets(thrown);
      const status = answer?.status;
      if (status === 429) this.#options.pace.slowDown();
      if (status === 401 && this.#authorizer.renew()) {
        return { error, answer, again: (attempt) => attempt === 0 };
      }
      const again = (attempt: number): boolean =>
        status === undefined || status === 200
          ? AGAIN.has(error.code) || (error.code === 'NOT_MLFLOW' && !ask.firstContact)
          : mayRetryStatus(status, attempt);
      return { error, answer, again };
    }
  }

  async #send<T>(ask: Ask<T>): Promise<Answer> {
    await this.#options.pace.turn(ask.signal);
    const url = new URL(ask.path.replace(/^\//, ''), this.#base);
    for (const [name, value] of Object.entries(ask.query ?? {})) url.searchParams.set(name, value);
    const authorization = await this.#authorizer.header(ask.signal);
    this.traffic.requests += 1;
    return this.#options.transport.send({
      method: ask.method,
      url,
      headers: {
        'user-agent': 'runlens',
        ...(ask.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(authorization === undefined ? {} : { authorization }),
        ...(this.#options.workspace === undefined
          ? {}
          : { 'x-mlflow-workspace': this.#options.workspace }),
      },
      ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
      signal: ask.signal,
    });
  }

  #read<T>(ask: Ask<T>, answer: Answer): T {
    try {
      return ask.read(answer.body);
    } catch (error) {
      if (error instanceof RunlensError && error.code !== 'BAD_ANSWER') throw error;
      const text = answer.body.subarray(0, 64).toString('utf8').trimStart();
      // A 200 that begins like JSON was cut or garbled; anything else is another kind of server.
      if (text.startsWith('{') || text === '') {
        const reason = error instanceof RunlensError ? error.message : 'the answer is not whole';
        const what = text === '' ? 'with nothing' : `but ${reason}`;
        throw new RunlensError('BAD_ANSWER', `${this.#where(ask.path)} answered 200 ${what}`, {
          cause: error,
        });
      }
      throw answerError(answer, this.#where(ask.path));
    }
  }

  #where(path: string): string {
    return `${this.#base.origin}${this.#base.pathname.replace(/\/$/, '')}${path}`;
  }
}

type Outcome<T> =
  | { value: T }
  | { error: RunlensError; answer: Answer | undefined; again: (attempt: number) => boolean };

/**
 * Without a telling status: a broken connection, a time-out, a body cut on its way. NOT_MLFLOW too, once
 * the server has shown that it is one: a proxy's page while it restarts.
 */
const AGAIN = new Set(['SERVER_UNREACHABLE', 'SERVER_TIMEOUT', 'BAD_ANSWER', 'LOGIN_PAGE']);
