/** The view is the URL: range, zone, interval, filters. Back and forward undo and redo it. */
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { isLive, type Range } from "./range.ts";

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export type Refresh = "auto" | "off" | "5s" | "30s" | "1m";
export const refreshes: Refresh[] = ["auto", "off", "5s", "30s", "1m"];
const refreshMs: Record<Refresh, number> = { auto: 0, off: 0, "5s": 5_000, "30s": 30_000, "1m": 60_000 };

export interface View extends Range {
  tz: string;
  q: string;
  filters: string[];
  interval: string;
  refresh: Refresh;
  kiosk: boolean;
  /** The whole question: `(q) f1 f2`. */
  question: string;
}

export type Change = Partial<
  Record<"q" | "from" | "to" | "tz" | "interval" | "refresh" | "top" | "view", string | null>
> & {
  filters?: string[];
};

export function questionOf(q: string, filters: string[]): string {
  if (filters.length === 0) return q;
  return [q === "" ? "" : `(${q})`, ...filters].filter((part) => part !== "").join(" ");
}

export function readView(params: URLSearchParams): View {
  const zone = params.get("tz");
  const q = params.get("q") ?? "";
  const filters = params.getAll("f").filter((filter) => filter !== "");
  const refresh = params.get("refresh");
  return {
    q,
    filters,
    from: params.get("from") ?? "now-1h",
    to: params.get("to") ?? "now",
    tz: zone !== null && isZone(zone) ? zone : browserZone(),
    interval: params.get("interval") ?? "auto",
    refresh: refreshes.find((known) => known === refresh) ?? "auto",
    kiosk: params.get("kiosk") === "1",
    question: questionOf(q, filters),
  };
}

/** How often an answer is asked again, in milliseconds; never for a closed range. */
export function refreshEvery(view: View, auto: number): number | false {
  if (!isLive(view) || view.refresh === "off") return false;
  return view.refresh === "auto" ? auto : refreshMs[view.refresh];
}

export function applyChange(params: URLSearchParams, change: Change): URLSearchParams {
  const next = new URLSearchParams(params);
  const { filters, ...single } = change;
  for (const [key, value] of Object.entries(single)) {
    if (value === null || value === undefined || value === "") next.delete(key);
    else next.set(key, value);
  }
  if (filters !== undefined) {
    next.delete("f");
    for (const filter of filters) next.append("f", filter);
  }
  return next;
}

export function useView() {
  const [params, setParams] = useSearchParams();
  const view = useMemo(() => readView(params), [params]);
  const change = useCallback(
    (wanted: Change) => setParams((before) => applyChange(before, wanted), { preventScrollReset: true }),
    [setParams],
  );
  /** Adds an operator, or its exclusion; a second time takes it away. */
  const filter = useCallback(
    (operator: string, exclude = false) => {
      const wanted = exclude ? `-${operator}` : operator;
      const others = view.filters.filter((known) => known !== operator && known !== `-${operator}`);
      change({ filters: view.filters.includes(wanted) ? others : [...others, wanted] });
    },
    [change, view.filters],
  );
  return { view, change, filter, params };
}
