/** A run as the server writes it; infinities and NaN are strings there. */
export interface JsonRun {
  info: Record<string, string | number>;
  data: {
    metrics: { key: string; value: number | string; timestamp: number; step: number }[];
    params: { key: string; value: string }[];
    tags: { key: string; value: string }[];
  };
  inputs: object;
  outputs: object;
}
