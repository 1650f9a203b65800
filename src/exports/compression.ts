import * as zlib from 'node:zlib';
import {
  CompressionType,
  RecordBatchStreamWriter,
  type RecordBatch,
  type RecordBatchWriter,
} from 'apache-arrow';
import { RunlensError } from '../errors.ts';

/** How the body of an Arrow file or stream is packed. */
const COMPRESSIONS = ['none', 'zstd'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** ZSTD_c_compressionLevel, which the types of older Nodes lack. */
const LEVEL = 100;

type Packer = (
  bytes: ArrayBufferView,
  options: object,
  done: (error: Error | null, packed: Uint8Array) => void,
) => void;

/** Node has it from 22.15 on. */
const { zstdCompress } = zlib as { zstdCompress?: Packer };

/** Buffers packed at a time, each in a thread of Node's pool and with memory of its own. */
const AT_ONCE = 2;

/**
 * The quickest level: of a frame's many small buffers it makes no more bytes than the default, in a
 * fraction of the time. Told the size, it takes only the memory that needs and answers in one piece.
 */
const pack = (bytes: ArrayBufferView): Promise<Uint8Array> =>
  new Promise((done, failed) => {
    const size = bytes.byteLength;
    const options = { params: { [LEVEL]: 1 }, pledgedSrcSize: size, chunkSize: size + 1024 };
    zstdCompress?.(bytes, options, (error, packed) => (error ? failed(error) : done(packed)));
  });

/**
 * Writes a batch, its buffers packed in other threads. The library would hold everything else up,
 * and it tells the packed length of a buffer where the format has the unpacked one: only its own
 * reader takes that.
 */
export async function writePacked(writer: RecordBatchWriter, batch: RecordBatch): Promise<void> {
  const { buffers } = new RecordBatchStreamWriter()['_assembleRecordBatch'](batch);
  const packed: Uint8Array[] = [];
  const waiting = buffers.entries();
  const work = async (): Promise<void> => {
    for (const [index, bytes] of waiting) packed[index] = await pack(bytes);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  writer['_compressBodyBuffers'] = () => packedBody(buffers, packed);
  writer.write(batch);
}

/** Each buffer behind its unpacked length, or behind -1 as it is where packing makes it no smaller. */
function packedBody(
  plain: readonly ArrayBufferView[],
  packed: readonly Uint8Array[],
): ReturnType<RecordBatchWriter['_compressBodyBuffers']> {
  const buffers: ArrayBufferView[] = [];
  const bufferRegions: { offset: number; length: number }[] = [];
  let byteLength = 0;
  for (const [index, bytes] of plain.entries()) {
    const smaller = packed[index] ?? bytes;
    const small = smaller.byteLength < bytes.byteLength;
    const parts = [
      BigInt64Array.of(small ? BigInt(bytes.byteLength) : -1n),
      small ? smaller : bytes,
    ];
    if (bytes.byteLength === 0) parts.fill(bytes);
    buffers.push(...parts);
    const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
    bufferRegions.push({ offset: byteLength, length });
    byteLength += Math.ceil(length / 8) * 8;
  }
  return { byteLength, bufferRegions, buffers };
}

/** @throws RunlensError BAD_REQUEST naming `compression` */
export function parseCompression(text: string): Compression {
  const found = COMPRESSIONS.find((it) => it === text);
  if (found === undefined) throw bad(`compression is one of ${COMPRESSIONS.join(', ')}`);
  if (found === 'zstd' && zstdCompress === undefined) {
    throw bad(
      'this Node cannot pack with zstd',
      'It takes Node 22.15 or later; Parquet is packed.',
    );
  }
  return found;
}

/** What an Arrow writer is told. */
export const writerOptions = (compression: Compression): { compressionType?: CompressionType } =>
  compression === 'none' ? {} : { compressionType: CompressionType.ZSTD };

const bad = (message: string, hint?: string): RunlensError =>
  new RunlensError('BAD_REQUEST', message, {
    field: 'compression',
    ...(hint === undefined ? {} : { hint }),
  });
