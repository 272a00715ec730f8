import { describe, expect, it } from "vitest";
import type { Bucket } from "../../api/client.ts";
import { golden } from "../../test/golden.ts";
import { statsOf } from "../../test/live.ts";
import { palettes } from "../../theme.ts";
import { ratesOf } from "./rates.ts";
import {
  csvOf,
  gapsOf,
  isUnfinished,
  labelled,
  labelOf,
  niceStep,
  summarise,
  volumeOption,
} from "./volume.ts";

const now = Date.parse("2026-03-14T16:00:00Z");
const minute = (index: number, total: number, coverage = 1): Bucket => ({
  start: new Date(Date.UTC(2026, 2, 14, 14, index)).toISOString(),
  end: new Date(Date.UTC(2026, 2, 14, 14, index + 1)).toISOString(),
  total,
  positive: total,
  neutral: 0,
  negative: 0,
  unscored: 0,
  mean_score: null,
  coverage,
});

describe("the volume in words", () => {
  it("has the total of the summary, the peak and its size against the median", () => {
    const data = [10, 10, 30, 10, 10, 10].map((total, index) => minute(index, total));
    const summary = summarise({ ...golden.sentiment, data }, now);
    expect(summary).toMatchObject({ total: 5, peak: { total: 30 }, times: 3, gaps: [] });
  });
  it("joins neighbouring holes to one", () => {
    const data = [minute(0, 5), minute(1, 2, 0.5), minute(2, 0, 0), minute(3, 5), minute(4, 1, 0.9)];
    expect(gapsOf(data)).toEqual([
      { from: data[1]?.start, to: data[2]?.end, whole: true },
      { from: data[4]?.start, to: data[4]?.end, whole: false },
    ]);
  });
});

describe("the volume as a drawing", () => {
  const draw = (data: Bucket[], at: number) =>
    volumeOption({
      data,
      tz: "UTC",
      now: at,
      palette: palettes.light,
      fills: { unscored: {} as never, gap: {} as never, ribbonGap: {} as never },
      hidden: new Set(["neutral"]),
      names: { positive: "Positive", neutral: "Neutral", negative: "Negative", unscored: "Unscored" },
      narrow: false,
      bareAxes: false,
      words: { unfinished: "not finished", connected: (share) => share },
    }) as { series: { id?: string; name: string; data: unknown[] }[]; tooltip: { renderMode: string } };

  it("stacks what is not hidden, marks holes, and fades the bucket that is not finished", () => {
    const data = [minute(0, 4), minute(1, 0, 0), minute(2, 2)];
    const { series, tooltip } = draw(data, Date.parse("2026-03-14T14:02:30Z"));
    expect(series.map((one) => one.id ?? one.name)).toEqual([
      "gap",
      "negative",
      "positive",
      "unscored",
      "coverage",
    ]);
    expect(series[0]?.data).toEqual([null, 1, null]);
    expect(series[2]?.data).toEqual([4, 0, { value: 2, itemStyle: { opacity: 0.5 } }]);
    expect(tooltip.renderMode).toBe("richText");
  });
  it("fades a newest bucket that the range cuts, and keeps short labels", () => {
    const cut = { ...minute(3, 2), end: "2026-03-14T14:03:20.000Z" };
    const data = [{ ...minute(0, 4), start: "2026-03-14T14:00:40.000Z" }, minute(1, 4), minute(2, 4), cut];
    expect(data.map((bucket) => isUnfinished(bucket, data, now))).toEqual([false, false, false, true]);
    expect(labelOf(cut.start, data, "UTC")).toBe("14:03");
  });
  it("labels round times, and has few lines", () => {
    const data = Array.from({ length: 60 }, (_, index) => minute(index, 1));
    expect([...labelled(data, "UTC", 8)]).toEqual([0, 10, 20, 30, 40, 50]);
    expect([niceStep(4_609), niceStep(30), niceStep(3), niceStep(9_000)]).toEqual([2_000, 10, 1, 2_500]);
  });
});

it("exports what it shows, to the unit", () => {
  expect(csvOf(golden.sentiment.data).split("\r\n")).toEqual([
    "start,end,total,positive,neutral,negative,unscored,mean_score,coverage",
    "2026-03-01T12:00:00.000Z,2026-03-01T13:00:00.000Z,3,1,1,1,0,0.01,1",
    "2026-03-01T13:00:00.000Z,2026-03-01T14:00:00.000Z,2,1,0,0,1,0.66,0.95",
    "",
  ]);
});

describe("the rates", () => {
  it("are the mean of ten seconds, and the lag that 95 of 100 stay under", () => {
    const stats = Array.from({ length: 20 }, (_, index) => statsOf(index < 10 ? 10 : 20, index * 100));
    expect(ratesOf(stats, false)).toMatchObject({
      now: 20,
      p95: 1_800,
      lag: 1_900,
      seconds: 20,
      connected: true,
    });
  });
  it("say nothing about lag while nothing comes", () => {
    expect(ratesOf([statsOf(0, 0)], false)).toMatchObject({ now: 0, p95: null, connected: true });
    expect(ratesOf([], false)).toMatchObject({ connected: false });
  });
});
