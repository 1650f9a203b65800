/** The name of a column or parameter as a heading says it: `run_name` is Run name. */
export const headline = (name: string): string =>
  name.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase());
