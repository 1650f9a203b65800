import { parse } from 'lossless-json';

const INTEGER = /^-?\d+$/;

/**
 * JSON.parse with int64 kept exact: integers above 2^53 become bigint, every other number a double.
 * For small answers; pages of runs go to the database as bytes.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  return parse(text, undefined, (digits) => {
    const number = Number(digits);
    return INTEGER.test(digits) && !Number.isSafeInteger(number) ? BigInt(digits) : number;
  });
}
