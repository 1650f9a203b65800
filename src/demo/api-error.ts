import { printLine } from './text.ts';

const STATUS = {
  INVALID_PARAMETER_VALUE: 400,
  RESOURCE_DOES_NOT_EXIST: 404,
  INTERNAL_ERROR: 500,
} as const;

/** What 3.18 adds to an error beside its code and message; Runlens reads neither. */
const STATE = {
  INVALID_PARAMETER_VALUE: ['KAM00', 'INVALID_PARAMETER_VALUE'],
  RESOURCE_DOES_NOT_EXIST: ['KAM00', 'RESOURCE_NOT_FOUND'],
  INTERNAL_ERROR: ['XXM00', 'CLIENT_INTERNAL_ERROR'],
} as const;

/** An error the tracking API answers with: codes and shape are the server's, the words are ours. */
export class ApiError extends Error {
  readonly code: keyof typeof STATUS;

  constructor(code: keyof typeof STATUS, message: string) {
    super(message);
    this.code = code;
  }

  get status(): 400 | 404 | 500 {
    return STATUS[this.code];
  }

  get body(): string {
    const [sqlstate, error_class] = STATE[this.code];
    return printLine({ error_code: this.code, message: this.message, sqlstate, error_class });
  }
}

export function invalid(message: string): ApiError {
  return new ApiError('INVALID_PARAMETER_VALUE', message);
}
