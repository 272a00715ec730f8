/** The volume chart as data: what is said about it, what is drawn, what is exported. */
import type { Bucket, SentimentAnswer } from "../../api/client.ts";
import type { EChartsCoreOption } from "../../components/chart/engine.ts";
import type { Pattern } from "../../components/chart/hatch.ts";
import { type Sentiment, sentiments } from "../../components/SentimentTag.tsx";
import { clock, clockSeconds, count, day, percent, sameDay } from "../../format.ts";
import type { Palette } from "../../theme.ts";

export interface Summary {
  total: number;
  from: string;
  to: string;
  peak: Bucket;
  /** The peak as a multiple of the median, where that says something. */
  times: number | null;
  gaps: { from: string; to: string; whole: boolean }[];
}

export function summarise({ data, summary }: SentimentAnswer, now: number): Summary | null {
  const [first] = data;
  const last = data.at(-1);
  if (first === undefined || last === undefined) return null;
  const peak = data.reduce((best, bucket) => (bucket.total > best.total ? bucket : best), first);
  const finished = data.filter((bucket) => !isUnfinished(bucket, data, now) && bucket.coverage >= 1);
  const sorted = finished.map((bucket) => bucket.total).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const times =
    median > 0 && sorted.length >= 5 && peak.total >= 1.5 * median && peak.total <= 20 * median
      ? peak.total / median
      : null;
  return { total: summary.total, from: first.start, to: last.end, peak, times, gaps: gapsOf(data) };
}

/** Runs of buckets in which not every source was connected. */
export function gapsOf(data: Bucket[]): Summary["gaps"] {
  const gaps: Summary["gaps"] = [];
  let open: Summary["gaps"][number] | null = null;
  for (const bucket of data) {
    if (bucket.coverage >= 1) {
      open = null;
      continue;
    }
    if (open === null) {
      open = { from: bucket.start, to: bucket.end, whole: false };
      gaps.push(open);
    }
    open.to = bucket.end;
    open.whole ||= bucket.coverage === 0;
  }
  return gaps;
}

const lengthOf = (bucket: Bucket) => Date.parse(bucket.end) - Date.parse(bucket.start);

/** Still counting: it ends after now, or the range ends before it would. */
export function isUnfinished(bucket: Bucket, data: Bucket[], now: number): boolean {
  if (Date.parse(bucket.end) > now) return true;
  const usual = data[1];
  return (
    usual !== undefined && data.length > 2 && bucket === data.at(-1) && lengthOf(bucket) < lengthOf(usual)
  );
}

/** A time within the chart: with the day where the range has several, with seconds where buckets are short. */
export function labelOf(time: string, data: Bucket[], tz: string): string {
  const [first] = data;
  const last = data.at(-1);
  if (first === undefined || last === undefined) return clock(time, tz);
  // The first and the last bucket may be cut by the range.
  const usual = data[1] ?? first;
  const short = lengthOf(usual) < 60_000 && data.length > 2;
  const text = short ? clockSeconds(time, tz) : clock(time, tz);
  return sameDay(first.start, Date.parse(last.end) - 1, tz) ? text : `${day(time, tz)} ${text}`;
}

/** The time of a bucket, `[start, end)`: the day once. */
export function spanOf(bucket: Pick<Bucket, "start" | "end">, data: Bucket[], tz: string): string {
  const start = labelOf(bucket.start, data, tz);
  const end = labelOf(bucket.end, data, tz);
  return `${start}–${sameDay(bucket.start, Date.parse(bucket.end) - 1, tz) ? end.slice(end.lastIndexOf(" ") + 1) : end}`;
}

/** The columns that carry a label: at round times, six to nine of them, fewer on a narrow plot. */
export function labelled(data: Bucket[], tz: string, most: number): Set<number> {
  const [first] = data;
  const last = data.at(-1);
  if (first === undefined || last === undefined) return new Set();
  const minutes = (Date.parse(last.end) - Date.parse(first.start)) / 60_000;
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080, 43_200];
  const step = steps.find((size) => minutes / size <= most) ?? 43_200;
  const marks = new Set<number>();
  let before = -1;
  data.forEach((bucket, index) => {
    const [hours = 0, mins = 0] = clock(bucket.start, tz).split(":").map(Number);
    const local = hours * 60 + mins;
    const days = Math.floor(Date.parse(bucket.start) / 86_400_000);
    const slot =
      step >= 1440 ? Math.floor(days / (step / 1440)) : Math.floor(local / step) + days * (1440 / step);
    const exact = step >= 1440 ? slot !== before : local % step === 0 && slot !== before;
    if (exact && index > 0) marks.add(index);
    if (exact && index === 0) marks.add(0);
    before = slot;
  });
  return marks;
}

export interface Fills {
  unscored: Pattern;
  gap: Pattern;
  ribbonGap: Pattern;
}

interface Drawing {
  data: Bucket[];
  tz: string;
  now: number;
  palette: Palette;
  fills: Fills;
  hidden: ReadonlySet<Sentiment>;
  names: Record<Sentiment, string>;
  narrow: boolean;
  /** Axes only: no source was ever connected. */
  bareAxes: boolean;
  words: { unfinished: string; connected: (share: string) => string };
}

/** The smallest round step that draws at most four lines. */
export function niceStep(most: number): number {
  for (let size = 1; ; size *= 10) {
    for (const factor of size === 1 ? [1, 2, 5] : [1, 2, 2.5, 5]) {
      if (most / (factor * size) <= 4) return factor * size;
    }
  }
}

const stack: Sentiment[] = ["negative", "neutral", "positive", "unscored"];

export function volumeOption({
  data,
  tz,
  now,
  palette,
  fills,
  hidden,
  names,
  narrow,
  bareAxes,
  words,
}: Drawing): EChartsCoreOption {
  const starts = data.map((bucket) => bucket.start);
  const marks = labelled(data, tz, narrow ? 5 : 8);
  const long = data.length > 0 && !sameDay(data[0]?.start ?? 0, data.at(-1)?.start ?? 0, tz);
  const axisText = { color: palette.textSecondary, fontSize: 11, lineHeight: 14, fontFamily: "inherit" };
  const bare = {
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { show: false },
    splitLine: { show: false },
  };
  const hiddenX = { type: "category", data: starts, show: false, axisPointer: { show: false } };
  const most = Math.max(0, ...data.map((bucket) => bucket.total));
  const fill = (name: Sentiment) => (name === "unscored" ? fills.unscored : palette[name]);
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    aria: { enabled: false },
    grid: [
      { left: narrow ? 38 : 44, right: 2, top: 8, bottom: 36 },
      { left: narrow ? 38 : 44, right: 2, height: 4, bottom: 25 },
    ],
    xAxis: [
      {
        type: "category",
        data: starts,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: palette.baseline, width: 1 } },
        axisLabel: {
          ...axisText,
          margin: 17,
          interval: (index: number) => marks.has(index),
          formatter: (start: string) =>
            long && clock(start, tz) === "00:00" ? day(start, tz) : clock(start, tz),
        },
        axisPointer: {
          show: true,
          type: "shadow",
          shadowStyle: { color: palette.hatch, opacity: 0.25 },
          label: { show: false },
        },
      },
      hiddenX,
      { ...hiddenX, gridIndex: 1 },
    ],
    yAxis: [
      {
        type: "value",
        min: 0,
        max: most === 0 ? 30 : most,
        interval: most === 0 ? 10 : niceStep(most),
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: { showMaxLine: most === 0, lineStyle: { color: palette.split, width: 1 } },
        axisLabel: {
          ...axisText,
          showMaxLabel: most === 0 || most % niceStep(most) === 0,
          formatter: (value: number) => count(value),
        },
      },
      { type: "value", min: 0, max: 1, ...bare },
      { type: "value", min: 0, max: 1, gridIndex: 1, ...bare },
    ],
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: palette.sheet,
      borderColor: palette.section,
      borderWidth: 1,
      padding: [8, 12],
      textStyle: { color: palette.text, fontSize: 12, lineHeight: 18, fontFamily: "inherit", rich: tip },
      formatter: (params: { dataIndex: number }[]) => {
        const bucket = data[params[0]?.dataIndex ?? -1];
        return bucket === undefined ? "" : tooltipOf(bucket, data, tz, now, names, words);
      },
    },
    series: [
      {
        type: "bar",
        name: "gap",
        xAxisIndex: 1,
        yAxisIndex: 1,
        barCategoryGap: "0%",
        silent: true,
        z: 1,
        itemStyle: { color: fills.gap },
        data: data.map((bucket) => (!bareAxes && bucket.coverage < 1 ? 1 : null)),
      },
      ...stack
        .filter((name) => !hidden.has(name))
        .map((name) => ({
          type: "bar",
          id: name,
          name: names[name],
          stack: "sentiment",
          barCategoryGap: "14%",
          z: 2,
          itemStyle: { color: fill(name) },
          emphasis: { disabled: true },
          data: data.map((bucket) =>
            isUnfinished(bucket, data, now)
              ? { value: bucket[name], itemStyle: { opacity: 0.5 } }
              : bucket[name],
          ),
        })),
      {
        type: "bar",
        name: "coverage",
        xAxisIndex: 2,
        yAxisIndex: 2,
        barCategoryGap: "0%",
        silent: true,
        data: bareAxes
          ? []
          : data.map((bucket) => ({
              value: 1,
              itemStyle: { color: bucket.coverage < 1 ? fills.ribbonGap : palette.ribbon },
            })),
      },
    ],
  };
}

const tip = {
  head: { fontWeight: 600, lineHeight: 20 },
  name: { width: 68 },
  value: { width: 56, align: "right" },
  share: { width: 44, align: "right" },
};

function tooltipOf(
  bucket: Bucket,
  data: Bucket[],
  tz: string,
  now: number,
  names: Record<Sentiment, string>,
  words: Drawing["words"],
): string {
  const head = `{head|${spanOf(bucket, data, tz)}   ${count(bucket.total)}}`;
  const lines = sentiments.map(
    (name) =>
      `{name|${names[name]}}{value|${count(bucket[name])}}{share|${percent(bucket[name], bucket.total)}}`,
  );
  if (bucket.coverage < 1) lines.push(words.connected(`${Math.round(100 * bucket.coverage)} %`));
  if (isUnfinished(bucket, data, now)) lines.push(words.unfinished);
  return [head, ...lines].join("\n");
}

const columns = [
  "start",
  "end",
  "total",
  "positive",
  "neutral",
  "negative",
  "unscored",
  "mean_score",
  "coverage",
] as const;

export const csvOf = (data: Bucket[]): string =>
  [columns.join(","), ...data.map((bucket) => columns.map((column) => bucket[column] ?? "").join(","))]
    .join("\r\n")
    .concat("\r\n");
