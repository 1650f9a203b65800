import * as zlib from 'node:zlib';
import { CompressionType, compressionRegistry } from 'apache-arrow';
import { RunlensError } from '../errors.ts';

/** How the body of an Arrow file or stream is packed. */
export const COMPRESSIONS = ['none', 'zstd'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** ZSTD_c_compressionLevel, which the types of older Nodes lack. */
const LEVEL = 100;

type Packer = (bytes: Uint8Array, options: object) => Uint8Array;

/** Node has it from 22.15 on. */
const pack = (zlib as { zstdCompressSync?: Packer }).zstdCompressSync;

/**
 * The quickest level: of a frame's many small buffers it makes no more bytes than the default, in a
 * fraction of the time. Told the size, it takes only the memory that needs and answers in one piece.
 */
const encode =
  pack &&
  ((bytes: Uint8Array): Uint8Array => {
    const size = bytes.byteLength;
    return pack(bytes, { params: { [LEVEL]: 1 }, pledgedSrcSize: size, chunkSize: size + 1024 });
  });

/** @throws RunlensError BAD_REQUEST naming `compression` */
export function parseCompression(text: string): Compression {
  const found = COMPRESSIONS.find((it) => it === text);
  if (found === undefined) throw bad(`compression is one of ${COMPRESSIONS.join(', ')}`);
  if (found === 'zstd' && encode === undefined) {
    throw bad(
      'this Node cannot pack with zstd',
      'It takes Node 22.15 or later; Parquet is packed.',
    );
  }
  return found;
}

/** What an Arrow writer is told; the library brings the format, Node the codec. */
export function writerOptions(compression: Compression): { compressionType?: CompressionType } {
  if (compression === 'none' || encode === undefined) return {};
  if (compressionRegistry.get(CompressionType.ZSTD)?.encode === undefined) {
    compressionRegistry.set(CompressionType.ZSTD, { encode });
  }
  return { compressionType: CompressionType.ZSTD };
}

const bad = (message: string, hint?: string): RunlensError =>
  new RunlensError('BAD_REQUEST', message, {
    field: 'compression',
    ...(hint === undefined ? {} : { hint }),
  });
