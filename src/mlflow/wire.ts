import { z } from 'zod';

/**
 * What the tracking API sends, as far as Runlens reads it. Every array and most fields may be
 * missing (MLflow leaves unset and empty ones out), unknown keys are new fields of newer servers
 * and pass. int64 arrives as a number, or as bigint above 2^53 (see `parseJson`).
 */
const int64 = z.union([
  z.number().int(),
  z.bigint(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(BigInt),
]);

const keyValue = z.looseObject({ key: z.string(), value: z.string().default('') });

export const wireExperiment = z.looseObject({
  /** A string always: file stores use 18 digits, beyond what a JavaScript number holds. */
  experiment_id: z.string().min(1),
  name: z.string(),
  artifact_location: z.string().optional(),
  lifecycle_stage: z.string().default('active'),
  creation_time: int64.optional(),
  last_update_time: int64.optional(),
  tags: z.array(keyValue).default([]),
});
export type WireExperiment = z.infer<typeof wireExperiment>;

export const experimentsPage = z.looseObject({
  experiments: z.array(wireExperiment).default([]),
  next_page_token: z.string().optional(),
});

export const experimentAnswer = z.looseObject({ experiment: wireExperiment });

/** JSON has no NaN or infinity: servers send them as strings. */
const double = z.union([
  z.number(),
  z.bigint().transform(Number),
  z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number),
]);

const wireRun = z.looseObject({
  info: z.looseObject({
    run_id: z.string().min(1),
    experiment_id: z.string(),
    run_name: z.string().optional(),
    user_id: z.string().optional(),
    status: z.string(),
    start_time: int64.optional(),
    end_time: int64.optional(),
    artifact_uri: z.string().optional(),
    lifecycle_stage: z.string().default('active'),
  }),
  data: z
    .looseObject({
      metrics: z
        .array(
          z.looseObject({
            key: z.string(),
            value: double,
            timestamp: int64.default(0),
            step: int64.default(0),
          }),
        )
        .default([]),
      params: z.array(keyValue).default([]),
      tags: z.array(keyValue).default([]),
    })
    .prefault({}),
});
export type WireRun = z.infer<typeof wireRun>;

export const runAnswer = z.looseObject({ run: wireRun });

/** `{error_code, message}`; some codes arrive as numbers. */
export const errorAnswer = z.looseObject({
  error_code: z.union([z.string(), z.number().transform(String)]),
  message: z.string().default(''),
});
