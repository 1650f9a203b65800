import * as zlib from 'node:zlib';
import { CompressionType, compressionRegistry, tableFromIPC } from 'apache-arrow';
import { expect, it } from 'vitest';
import { parseChoice } from '../../../src/exports/choice.ts';
import { exportBytes, openRows } from '../../support/fixture-rows.ts';

const { zstdCompressSync: encode, zstdDecompressSync: decode } = zlib as {
  zstdCompressSync?: (bytes: Uint8Array) => Uint8Array;
  zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array;
};
const asked = () => parseChoice((field) => (field === 'compression' ? ['zstd'] : []));

it.skipIf(encode !== undefined)('says that this Node cannot pack', () => {
  expect(asked).toThrow(
    expect.objectContaining({ code: 'BAD_REQUEST', field: 'compression' }) as Error,
  );
});

it.skipIf(encode === undefined || decode === undefined)(
  'packs every value of the frame',
  async () => {
    const { compression } = asked();
    const runs = Array.from({ length: 300 }, (_, index) => ({
      id: `run-${String(index).padStart(6, '0')}`,
      metrics: index % 3 === 0 ? { loss: index / 7 } : {},
      tags: { note: 'same words again '.repeat(index * 10) },
    }));
    const mirror = await openRows({ runs });
    const plain = await exportBytes(mirror);
    const file = await exportBytes(mirror, { compression });
    const stream = await exportBytes(mirror, { format: 'arrows', compression });
    await mirror.store.close();
    compressionRegistry.set(CompressionType.ZSTD, { encode, decode } as object);
    const rows = (bytes: Uint8Array) => tableFromIPC(bytes).toArray().map(String);
    expect(file.byteLength).toBeLessThan(plain.byteLength / 5);
    expect(rows(file)).toEqual(rows(plain));
    expect(rows(stream)).toEqual(rows(plain));
  },
);
