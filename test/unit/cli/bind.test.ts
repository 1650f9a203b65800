import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { bind } from '../../../src/cli/bind.ts';
import { namesOf } from '../../../src/server/deps.ts';

const HERE = { host: '127.0.0.1', port: 0 };

/** A service that answers when it is told to. */
async function slowService(graceMs: number) {
  const asked = new EventTarget();
  let answer: (response: Response) => void = () => undefined;
  const service = await bind(
    () => {
      asked.dispatchEvent(new Event('asked'));
      return new Promise((answered) => (answer = answered));
    },
    HERE,
    { graceMs },
  );
  const reached = once(asked, 'asked');
  const response = fetch(`http://127.0.0.1:${service.port}/`);
  response.catch(() => undefined);
  await reached;
  return { service, response, answer: (text: string) => answer(new Response(text)) };
}

it('answers what is under way before it closes, and takes no more', async () => {
  const { service, response, answer } = await slowService(60_000);
  const closed = service.close();
  await expect(fetch(`http://127.0.0.1:${service.port}/`)).rejects.toThrow('fetch failed');
  answer('whole');
  expect(await (await response).text()).toBe('whole');
  await closed;
});

it('cuts off what takes longer than it may', async () => {
  const { service, response } = await slowService(1);
  await service.close();
  await expect(response).rejects.toThrow('fetch failed');
});

it('does not wait for a connection by which nothing was asked', async () => {
  const service = await bind(() => new Response('here'), HERE, { graceMs: 60_000 });
  const ahead = connect(service.port, HERE.host);
  await once(ahead, 'connect');
  // By its answer the one before it was taken as well.
  expect(await (await fetch(`http://127.0.0.1:${service.port}/`)).text()).toBe('here');
  const ended = once(ahead, 'close');
  await service.close();
  await ended;
});

it('answers to the address it listens on', () => {
  expect(namesOf('127.0.0.2')).toContain('127.0.0.2');
  expect(namesOf('127.0.0.2')).not.toContain('evil.example');
  expect(namesOf('0.0.0.0')).toBeUndefined();
});
