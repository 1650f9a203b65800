import { RunlensError } from '../errors.ts';

/** A search filter or an order clause that MLflow would refuse, and where in the text it goes wrong. */
export class FilterError extends RunlensError {
  /** In UTF-16 units from the start of the text, as JavaScript counts. */
  readonly offset: number;

  constructor(message: string, offset: number, field = 'filter') {
    super('BAD_REQUEST', `${field}: ${message}`, {
      field,
      hint: `At character ${offset + 1}. See "Search Runs" in the MLflow documentation.`,
    });
    this.offset = offset;
  }
}
