import { useMemo } from "react";
import type { Stats } from "../../api/live.ts";
import { useLive } from "../../state/live.ts";
import { useView } from "../../state/view.ts";

export interface Rates {
  /** Tweets a second, mean of the newest ten. */
  now: number;
  /** The same for each second of the last ten minutes. */
  line: number[];
  seconds: number;
  /** The slowest tweet of a second, from received to searchable, in milliseconds: 95 of 100 seconds had less. */
  p95: number | null;
  lag: number | null;
  connected: boolean;
}

const window = 10;

export function ratesOf(stats: Stats[], filtered: boolean): Rates {
  const last = stats.at(-1);
  if (last === undefined) return { now: 0, line: [], seconds: 0, p95: null, lag: null, connected: false };
  const values = stats.map((one) => (filtered ? one.matched_per_s : one.received_per_s));
  let sum = 0;
  const line = values.map((value, index) => {
    sum += value - (index >= window ? (values[index - window] ?? 0) : 0);
    return Math.max(0, sum / Math.min(window, index + 1));
  });
  const lags = stats.filter((one) => one.received_per_s > 0).map((one) => one.lag_ms);
  lags.sort((a, b) => a - b);
  const busy = values.some((value) => value > 0);
  return {
    now: line.at(-1) ?? 0,
    line: busy ? line : [],
    seconds: stats.length,
    p95: busy ? (lags[Math.min(lags.length - 1, Math.ceil(0.95 * lags.length) - 1)] ?? null) : null,
    lag: busy ? last.lag_ms : null,
    connected: true,
  };
}

export function useRates(): Rates {
  const stats = useLive((state) => state.stats);
  const filtered = useView().view.question !== "";
  return useMemo(() => ratesOf(stats, filtered), [stats, filtered]);
}
