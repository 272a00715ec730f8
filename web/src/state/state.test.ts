import { describe, expect, it } from "vitest";
import { goldenTweet } from "../test/golden.ts";
import { statsOf } from "../test/live.ts";
import { applyEvents, type LiveState, ringSize } from "./live.ts";
import { operatorFor } from "./operators.ts";
import { intervalsFor, previousRange, resolveTime } from "./range.ts";
import { applyChange, questionOf, readView, refreshEvery } from "./view.ts";

const now = Date.parse("2026-03-14T15:00:30Z");

describe("a time range", () => {
  it.each([
    ["now", "2026-03-14T15:00:30.000Z"],
    ["now-15m", "2026-03-14T14:45:30.000Z"],
    ["now-1d/d", "2026-03-12T23:00:00.000Z"],
    ["2026-03-14T14:00:00Z", "2026-03-14T14:00:00.000Z"],
    ["2026-03-14T14:00:00+02:00", "2026-03-14T12:00:00.000Z"],
    ["2026-03-14 14:00", "2026-03-14T13:00:00.000Z"],
    ["2026-07-01", "2026-06-30T22:00:00.000Z"],
  ])("reads %s in Berlin", (text, expected) => {
    expect(new Date(resolveTime(text, "Europe/Berlin", now) ?? 0).toISOString()).toBe(expected);
  });
  it.each(["yesterday", "now+1h", "1773500000", "", "2026-13-45"])("refuses %s", (text) => {
    expect(resolveTime(text, "UTC", now)).toBeNull();
  });
  it("knows the period before, relative where it is relative itself", () => {
    expect(previousRange({ from: "now-1h", to: "now" }, "UTC", now)).toEqual({
      from: "now-2h",
      to: "now-1h",
    });
    const closed = { from: "2026-03-14T14:00:00Z", to: "2026-03-14T15:00:00Z" };
    expect(previousRange(closed, "UTC", now)).toEqual({
      from: "2026-03-14T13:00:00.000Z",
      to: "2026-03-14T14:00:00.000Z",
    });
  });
  it("offers only intervals that the server can answer", () => {
    const hour = 3_600_000;
    expect(intervalsFor(hour)).toEqual(["auto", "10s", "1m"]);
    expect(intervalsFor(24 * hour)).toEqual(["auto", "1m", "5m"]);
    expect(intervalsFor(30 * 24 * hour)).toEqual(["auto", "1h", "6h"]);
  });
});

describe("the view in the address", () => {
  it("has defaults, and keeps unknown zones out", () => {
    const view = readView(new URLSearchParams("tz=Mars/Olympus"));
    expect(view).toMatchObject({
      from: "now-1h",
      to: "now",
      interval: "auto",
      refresh: "auto",
      question: "",
    });
    expect(view.tz).not.toBe("Mars/Olympus");
  });
  it("joins query and filters to one question", () => {
    expect(questionOf("a OR b", ["lang:en", "-is:retweet"])).toBe("(a OR b) lang:en -is:retweet");
    expect(questionOf("", ["lang:en"])).toBe("lang:en");
  });
  it("changes one key and leaves the others", () => {
    const next = applyChange(new URLSearchParams("q=cat&from=now-6h&f=a"), {
      from: null,
      filters: ["b", "c"],
    });
    expect(next.toString()).toBe("q=cat&f=b&f=c");
  });
  it("never asks again for a closed range, nor when switched off", () => {
    const view = readView(new URLSearchParams("refresh=30s"));
    expect(refreshEvery(view, 5_000)).toBe(30_000);
    expect(refreshEvery({ ...view, refresh: "auto" }, 5_000)).toBe(5_000);
    expect(refreshEvery({ ...view, refresh: "off" }, 5_000)).toBe(false);
    expect(refreshEvery({ ...view, to: "2026-03-14T15:00:00Z" }, 5_000)).toBe(false);
  });
});

it.each([
  ["hashtag", "Artemis", "#Artemis"],
  ["mention", "nasa", "@nasa"],
  ["author", "ada", "from:ada"],
  ["place", "New York", 'entity:"New York"'],
  ["org", 'The "Firm"', 'entity:"The \\"Firm\\""'],
  ["domain", "news.bbc.co.uk", "domain:news.bbc.co.uk"],
] as const)("writes %s %s as %s", (type, value, expected) => {
  expect(operatorFor(type, value)).toBe(expected);
});

describe("the live buffer", () => {
  const start: LiveState = { status: "live", tweets: [], stats: [], gap: null, gone: new Set(), taken: 0 };
  const tweet = (id: string) => ({ type: "tweet", data: { ...goldenTweet(), id } }) as const;

  it("keeps the newest first, once each, and no more than its ring", () => {
    let state = applyEvents(start, [tweet("1"), tweet("2"), tweet("1")]);
    expect(state.tweets.map(({ id }) => id)).toEqual(["2", "1"]);
    state = applyEvents(
      state,
      Array.from({ length: ringSize + 10 }, (_, index) => tweet(`n${index}`)),
    );
    expect(state.tweets).toHaveLength(ringSize);
    expect(state.tweets[0]?.id).toBe(`n${ringSize + 9}`);
    expect(state.taken).toBe(2 + ringSize + 10);
  });
  it("forgets a deleted tweet, and remembers a gap until the history is new", () => {
    const gap = { from: "a", to: "b", dropped: 7, reason: "slow_client" };
    let state = applyEvents(start, [
      tweet("1"),
      { type: "delete", data: { id: "1" } },
      { type: "gap", data: gap },
    ]);
    expect(state.tweets).toEqual([]);
    expect(state.gone.has("1")).toBe(true);
    expect(state.gap?.dropped).toBe(7);
    state = applyEvents(state, [{ type: "resync", data: { reason: "epoch" } }]);
    expect(state.gap).toBeNull();
  });
  it("keeps ten minutes of rates", () => {
    const many = Array.from(
      { length: 700 },
      (_, index) => ({ type: "stats", data: statsOf(index) }) as const,
    );
    expect(applyEvents(start, many).stats).toHaveLength(600);
  });
});
