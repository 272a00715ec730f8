/** Time ranges as written in the URL: `now`, `now-15m`, RFC 3339, or a local time read in the zone. */
import dayjs, { type ManipulateType } from "dayjs";
import timezone from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";

dayjs.extend(utc);
dayjs.extend(timezone);

export interface Range {
  from: string;
  to: string;
}

const units: Record<string, ManipulateType> = {
  s: "second",
  m: "minute",
  h: "hour",
  d: "day",
  w: "week",
  M: "month",
  y: "year",
};
const relative = /^now(?:-(\d{1,6})([smhdwMy]))?(?:\/([smhdwMy]))?$/;
const absolute = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Milliseconds of a time as the server reads it, or null when it cannot be read. */
export function resolveTime(text: string, tz: string, now: number): number | null {
  const match = relative.exec(text);
  if (match !== null) {
    const [, count, unit, floor] = match;
    let time = dayjs(now).tz(tz);
    if (count !== undefined && unit !== undefined)
      time = time.subtract(Number(count), units[unit] ?? "second");
    if (floor !== undefined) time = time.startOf(units[floor] ?? "second");
    return time.valueOf();
  }
  const date = absolute.exec(text);
  if (date === null || dayjs.utc(text.slice(0, 10)).format("YYYY-MM-DD") !== text.slice(0, 10)) return null;
  const time = date[1] === undefined ? dayjs.tz(text.replace("T", " "), tz) : dayjs(text.replace(" ", "T"));
  return time.isValid() ? time.valueOf() : null;
}

export const isLive = (range: Range): boolean => range.to === "now";

/** The period of equal length just before, relative where the range is. */
export function previousRange(range: Range, tz: string, now: number): Range {
  const match = relative.exec(range.from);
  const [, count, unit, floor] = match ?? [];
  if (range.to === "now" && count !== undefined && unit !== undefined && floor === undefined) {
    return { from: `now-${2 * Number(count)}${unit}`, to: range.from };
  }
  const from = resolveTime(range.from, tz, now);
  const to = resolveTime(range.to, tz, now);
  if (from === null || to === null) return range;
  const minute = 60_000;
  const start = isLive(range) ? Math.floor((2 * from - to) / minute) * minute : 2 * from - to;
  return { from: new Date(start).toISOString(), to: new Date(from).toISOString() };
}

export type Interval = "auto" | "10s" | "1m" | "5m" | "15m" | "1h" | "6h" | "1d";

const hour = 3_600_000;
const limits: [Interval, number, number][] = [
  ["10s", 10_000, 4 * hour],
  ["1m", 60_000, 25 * hour],
  ["5m", 300_000, 120 * hour],
  ["15m", 900_000, 360 * hour],
  ["1h", hour, 62 * 24 * hour],
  ["6h", 6 * hour, 375 * 24 * hour],
  ["1d", 24 * hour, 1460 * 24 * hour],
];

/** What can be chosen for a range: `auto` and the two finest that keep it readable and within the server's limit. */
export function intervalsFor(milliseconds: number): Interval[] {
  const fit = limits.filter(([, size, most]) => milliseconds <= most && milliseconds >= 2 * size);
  return ["auto", ...fit.slice(0, 2).map(([name]) => name)];
}
