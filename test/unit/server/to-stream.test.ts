import { expect, it } from 'vitest';
import { toStream } from '../../../src/server/to-stream.ts';

/** Pieces without end, and a promise of their being let go. */
function endless() {
  let letGo: () => void = () => undefined;
  const ended = new Promise<void>((done) => (letGo = done));
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      for (let byte = 0; ; byte++) yield await Promise.resolve(Uint8Array.of(byte));
    } finally {
      letGo();
    }
  }
  return { pieces: pieces(), ended };
}

it('lets go of what nobody reads, and the reader knows that it is not whole', async () => {
  const { pieces, ended } = endless();
  let told = 0;
  const reader = (await toStream(pieces, () => told++, 1)).getReader();
  await reader.read();
  await ended;
  expect(told).toBe(1);
  const rest = async (): Promise<void> => {
    while (!(await reader.read()).done);
  };
  await expect(rest()).rejects.toThrow('nobody reads');
});

it('lets go when the reader leaves, and then stalls no more', async () => {
  const { pieces, ended } = endless();
  const reader = (await toStream(pieces, () => expect.unreachable(), 1)).getReader();
  await reader.read();
  await reader.cancel();
  await ended;
});
