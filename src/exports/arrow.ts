import {
  AsyncByteQueue,
  RecordBatchFileWriter,
  RecordBatchStreamWriter,
  Schema,
  type RecordBatchWriter,
} from 'apache-arrow';
import { writePacked, writerOptions, type Compression } from './compression.ts';
import type { Frame } from './frame.ts';

/** Pieces smaller than this are joined: a batch has many lengths and paddings of a few bytes. */
const PIECE = 64 * 1024;

/** Keeps what a writer writes until it is taken; what is large is not copied. */
class Taken extends AsyncByteQueue {
  #pieces: Uint8Array[] = [];

  override write(piece: Uint8Array): void {
    this.#pieces.push(piece);
  }

  *take(): Generator<Uint8Array> {
    const pieces = this.#pieces;
    this.#pieces = [];
    let small: Uint8Array[] = [];
    let size = 0;
    for (const piece of pieces) {
      if (piece.byteLength < PIECE) {
        small.push(piece);
        size += piece.byteLength;
      }
      if (size >= PIECE || (piece.byteLength >= PIECE && size > 0)) {
        yield Buffer.concat(small);
        small = [];
        size = 0;
      }
      if (piece.byteLength >= PIECE) yield piece;
    }
    if (size > 0) yield Buffer.concat(small);
  }
}

/**
 * A frame as an Arrow IPC file or stream, piece by piece as the reader asks for them.
 * @param metadata goes into the schema
 */
export async function* arrowBytes(
  { schema, batches }: Frame,
  format: 'arrow' | 'arrows',
  metadata: ReadonlyMap<string, string>,
  compression: Compression = 'none',
): AsyncGenerator<Uint8Array> {
  const sink = new Taken();
  const options = writerOptions(compression);
  const writer: RecordBatchWriter =
    format === 'arrow' ? new RecordBatchFileWriter(options) : new RecordBatchStreamWriter(options);
  const described = new Schema(schema.fields, new Map(metadata));
  writer.reset(sink, described);
  yield* sink.take();
  for await (const batch of batches) {
    if (compression === 'none') writer.write(batch);
    else await writePacked(writer, batch);
    yield* sink.take();
  }
  writer.finish();
  yield* sink.take();
}
