-- Names that the portable SQL subset has and DuckDB lacks, or means differently.

-- int64 milliseconds since 1970 UTC -> timestamp; null outside of DuckDB's range (year 290309 BC to
-- 294246), where mirror.* keeps the exact number.
create or replace macro utc_timestamp(ms) as
  case when ms between -9223372022400000 and 9223372036854775 then epoch_ms(ms) end;

-- Exact here (linear interpolation, as pandas' quantile); Trino's is approximate.
create or replace macro approx_percentile(x, fraction) as quantile_cont(x, fraction);
