import type { TFunction } from "i18next";
import type { Range } from "../state/range.ts";

export const quickRanges = [
  { from: "now-15m", n: 15, unit: "m" },
  { from: "now-1h", n: 1, unit: "h" },
  { from: "now-6h", n: 6, unit: "h" },
  { from: "now-24h", n: 24, unit: "h" },
  { from: "now-7d", n: 7, unit: "d" },
  { from: "now-30d", n: 30, unit: "d" },
] as const;

export type Quick = (typeof quickRanges)[number];

export const quickOf = (range: Range): Quick | undefined =>
  range.to === "now" ? quickRanges.find((quick) => quick.from === range.from) : undefined;

export const shortOf = (quick: Quick, t: TFunction): string => t(`time.short.${quick.unit}`, { n: quick.n });
