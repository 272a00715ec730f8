/** Numbers, dates and words as the house writes them. */
const locale = "en";
const minus = "\u2212";
export const none = "–";

const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const twoDecimals = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export const count = (value: number | null | undefined): string =>
  value === null || value === undefined ? none : whole.format(value);

/** A count whose answer may say "or more". */
export const countOf = (value: number, relation: "eq" | "gte"): string =>
  relation === "gte" ? `≥ ${count(value)}` : count(value);

export const rate = (value: number): string => oneDecimal.format(value);

export function signed(value: number | null | undefined): string {
  if (value === null || value === undefined) return none;
  const digits = twoDecimals.format(Math.abs(value));
  if (Number(digits) === 0) return digits;
  return `${value < 0 ? minus : "+"}${digits}`;
}

export const percent = (part: number, all: number): string =>
  all > 0 ? `${Math.round((100 * part) / all)} %` : none;
export const percentOne = (part: number, all: number): string =>
  all > 0 ? `${oneDecimal.format((100 * part) / all)} %` : none;

export interface Change {
  direction: "up" | "down" | "same" | "new" | "unknown";
  text: string;
  strong: boolean;
}

/** The change against the period before: percent, from +900 % as a factor, `new` where there was nothing. */
export function changeOf(now: number, before: number | null | undefined): Change {
  if (before === null || before === undefined) return { direction: "unknown", text: none, strong: false };
  if (before === 0)
    return now > 0
      ? { direction: "new", text: "new", strong: true }
      : { direction: "same", text: "0 %", strong: false };
  const ratio = now / before - 1;
  const rounded = Math.round(100 * ratio);
  if (rounded === 0) return { direction: "same", text: "0 %", strong: false };
  if (ratio >= 9) return { direction: "up", text: `×${Math.round(now / before)}`, strong: true };
  return { direction: ratio > 0 ? "up" : "down", text: `${count(Math.abs(rounded))} %`, strong: ratio >= 2 };
}

export interface Amount {
  value: string;
  unit: string;
}

export function duration(milliseconds: number): Amount {
  if (milliseconds < 1_000) return { value: oneDecimal.format(milliseconds / 1_000), unit: "s" };
  if (milliseconds < 60_000) return { value: oneDecimal.format(milliseconds / 1_000), unit: "s" };
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 3_600) return { value: `${Math.floor(seconds / 60)} m ${seconds % 60}`, unit: "s" };
  const minutes = Math.round(seconds / 60);
  return { value: `${Math.floor(minutes / 60)} h ${minutes % 60}`, unit: "m" };
}

export function durationText(milliseconds: number): string {
  const { value, unit } = duration(milliseconds);
  return `${value} ${unit}`;
}

const cache = new Map<string, Intl.DateTimeFormat>();
function dateFormat(tz: string, key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const id = `${tz} ${key}`;
  const known = cache.get(id);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: tz, hourCycle: "h23" });
  cache.set(id, made);
  return made;
}

type Time = number | string | Date;
const at = (time: Time): Date => new Date(time);

export const clock = (time: Time, tz: string): string =>
  dateFormat(tz, "clock", { hour: "2-digit", minute: "2-digit" }).format(at(time));
export const clockSeconds = (time: Time, tz: string): string =>
  dateFormat(tz, "seconds", { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at(time));
export const day = (time: Time, tz: string): string =>
  dateFormat(tz, "day", { day: "numeric", month: "short" }).format(at(time));
export const longDay = (time: Time, tz: string): string =>
  dateFormat(tz, "long", { weekday: "long", day: "numeric", month: "long", year: "numeric" })
    .format(at(time))
    .replace(/,/g, "");
const fullDay = (time: Time, tz: string): string =>
  dateFormat(tz, "full", { weekday: "short", day: "numeric", month: "short", year: "numeric" })
    .format(at(time))
    .replace(/,/g, "");

export function zoneName(time: Time, tz: string): string {
  const part = dateFormat(tz, "zone", { timeZoneName: "short" })
    .formatToParts(at(time))
    .find((item) => item.type === "timeZoneName");
  return part?.value ?? tz;
}

export const moment = (time: Time, tz: string): string =>
  `${fullDay(time, tz)}, ${clockSeconds(time, tz)} ${zoneName(time, tz)}`;

export const sameDay = (a: Time, b: Time, tz: string): boolean => fullDay(a, tz) === fullDay(b, tz);

/** `14:00–15:00`, with days where they differ; the end is exclusive. */
export function span(from: Time, to: Time, tz: string): string {
  if (sameDay(from, at(to).getTime() - 1, tz)) return `${clock(from, tz)}–${clock(to, tz)}`;
  return `${day(from, tz)} ${clock(from, tz)} – ${day(to, tz)} ${clock(to, tz)}`;
}

const languages = new Intl.DisplayNames([locale], { type: "language", fallback: "none" });
export function languageName(code: string | null): string {
  if (code === null || code === "" || code === "und") return "Undetermined";
  try {
    return languages.of(code) ?? code;
  } catch {
    return code;
  }
}

const sources: Record<string, string> = {
  x: "X",
  bluesky: "Bluesky",
  mastodon: "Mastodon",
  simulator: "Simulator",
};
export const sourceName = (source: string): string => sources[source] ?? source;
