import { describe, expect, it } from "vitest";
import {
  changeOf,
  count,
  countOf,
  durationText,
  languageName,
  moment,
  percent,
  signed,
  span,
} from "./format.ts";

describe("numbers", () => {
  it("are written in full, and never 0 where nothing is known", () => {
    expect(count(147_375)).toBe("147,375");
    expect(count(null)).toBe("–");
    expect(countOf(10_000, "gte")).toBe("≥ 10,000");
  });
  it("carry a sign, a true minus, two decimals", () => {
    expect([signed(0.13), signed(-0.309), signed(0.001), signed(null)]).toEqual([
      "+0.13",
      "−0.31",
      "0.00",
      "–",
    ]);
  });
  it("stand apart from their unit", () => {
    expect([percent(17, 100), percent(1, 0), durationText(1_290), durationText(1_133_000)]).toEqual([
      "17 %",
      "–",
      "1.3 s",
      "18 m 53 s",
    ]);
  });
  it.each([
    [417, 100, "up", "317 %"],
    [89, 100, "down", "11 %"],
    [1_400, 100, "up", "×14"],
    [3, 0, "new", "new"],
    [100, 100, "same", "0 %"],
    [5, undefined, "unknown", "–"],
  ])("change from %s against %s is %s %s", (now, before, direction, text) => {
    expect(changeOf(now, before)).toMatchObject({ direction, text });
  });
});

describe("times", () => {
  it("stand in the chosen zone", () => {
    expect(moment("2026-03-14T14:59:52Z", "UTC")).toBe("Sat 14 Mar 2026, 14:59:52 UTC");
    expect(span("2026-03-14T14:00:00Z", "2026-03-14T15:00:00Z", "Europe/Berlin")).toBe("15:00–16:00");
  });
  it("name the day only where a range has several", () => {
    expect(span("2026-03-14T23:00:00Z", "2026-03-15T00:00:00Z", "UTC")).toBe("23:00–00:00");
    expect(span("2026-03-13T14:00:00Z", "2026-03-14T14:00:00Z", "UTC")).toBe("13 Mar 14:00 – 14 Mar 14:00");
  });
});

it("names languages, also the one nobody knows", () => {
  expect([languageName("ja"), languageName("und"), languageName(null), languageName("??")]).toEqual([
    "Japanese",
    "Undetermined",
    "Undetermined",
    "??",
  ]);
});
