/** A piece has a few hundred kilobytes at the most: who takes none for so long has stopped reading. */
const STALLED_MS = 60_000;

/**
 * Pieces as a body, the next asked for only when the last has been taken. Who stops taking them is cut
 * off: a few readers that stand still would otherwise keep every other export waiting for ever.
 * @throws what making the first piece throws, while there is still a status to tell it with
 */
export async function toStream(
  pieces: AsyncIterable<Uint8Array>,
  onStalled: () => void,
  stalledMs = STALLED_MS,
): Promise<ReadableStream<Uint8Array>> {
  const iterator = pieces[Symbol.asyncIterator]();
  const made = [await iterator.next()];
  let untaken: NodeJS.Timeout | undefined;
  return new ReadableStream({
    async pull(controller) {
      clearTimeout(untaken);
      const { done, value } = made.shift() ?? (await iterator.next());
      if (done === true) {
        controller.close();
        return;
      }
      controller.enqueue(value);
      untaken = setTimeout(() => {
        onStalled();
        controller.error(new Error('nobody reads'));
        void iterator.return?.();
      }, stalledMs);
      untaken.unref();
    },
    async cancel() {
      clearTimeout(untaken);
      await iterator.return?.();
    },
  });
}
