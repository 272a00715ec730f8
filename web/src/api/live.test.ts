import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { goldenTweet } from "../test/golden.ts";
import { FakeEventSource, statsOf } from "../test/live.ts";
import { connectLive, type LiveEvent, type LiveStatus } from "./live.ts";

class FakeChannel extends EventTarget {
  static all = new Set<FakeChannel>();
  constructor(readonly name: string) {
    super();
    FakeChannel.all.add(this);
  }
  postMessage(data: unknown) {
    for (const other of FakeChannel.all) {
      if (other !== this && other.name === this.name)
        other.dispatchEvent(new MessageEvent("message", { data }));
    }
  }
  close() {
    FakeChannel.all.delete(this);
  }
}

/** One lock a name, in order of asking. */
function fakeLocks() {
  const queues = new Map<string, Promise<unknown>>();
  return {
    request: (name: string, options: { signal: AbortSignal }, run: () => Promise<void> | undefined) => {
      const turn = (queues.get(name) ?? Promise.resolve()).then(() =>
        options.signal.aborted ? undefined : run(),
      );
      queues.set(name, turn);
      return turn;
    },
  };
}

const tab = (question = "") => {
  const events: LiveEvent[] = [];
  const status: LiveStatus[] = [];
  const stop = connectLive(question, {
    events: (fresh) => events.push(...fresh),
    status: (next) => status.push(next),
    snapshot: () => [{ type: "stats", data: statsOf(7) }],
  });
  return { events, status, stop };
};
const tick = () => vi.advanceTimersByTimeAsync(50);

const stops: (() => void)[] = [];
const openTab = (question?: string) => {
  const made = tab(question);
  stops.push(made.stop);
  return made;
};

beforeEach(() => {
  vi.useFakeTimers();
  FakeEventSource.all.length = 0;
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  FakeChannel.all.clear();
  vi.stubGlobal("BroadcastChannel", undefined);
  Reflect.deleteProperty(navigator, "locks");
  vi.useRealTimers();
});

describe("one tab", () => {
  it("asks for its question, and applies events once a frame", async () => {
    const { events, status } = openTab("lang:en cat");
    expect(FakeEventSource.last.url).toBe("/api/live?q=lang%3Aen+cat");
    FakeEventSource.last.open();
    FakeEventSource.last.say("tweet", goldenTweet(), "7f3a-1042");
    FakeEventSource.last.say("stats", statsOf(35));
    expect(events).toEqual([]);
    await tick();
    expect(events.map(({ type }) => type)).toEqual(["tweet", "stats"]);
    expect(status).toEqual(["connecting", "live"]);
  });

  it("resumes after the last event when the server ends the stream", async () => {
    const { status } = openTab();
    FakeEventSource.last.open();
    FakeEventSource.last.say("tweet", goldenTweet(), "7f3a-1042");
    FakeEventSource.last.say("bye", { reason: "drain", retry_ms: 1_000 });
    expect(status.at(-1)).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(1_400);
    expect(FakeEventSource.all).toHaveLength(2);
    expect(FakeEventSource.last.url).toBe("/api/live?last_event_id=7f3a-1042");
    FakeEventSource.last.open();
    expect(status.at(-1)).toBe("live");
  });

  it("opens a new connection when the browser gives up, later each time", async () => {
    openTab();
    FakeEventSource.last.fail(FakeEventSource.CLOSED);
    await vi.advanceTimersByTimeAsync(1_400);
    expect(FakeEventSource.all).toHaveLength(2);
    FakeEventSource.last.fail(FakeEventSource.CLOSED);
    await vi.advanceTimersByTimeAsync(1_300);
    expect(FakeEventSource.all).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(FakeEventSource.all).toHaveLength(3);
  });

  it("leaves after a minute out of sight, and comes back", async () => {
    const visible = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    const { status } = openTab();
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.advanceTimersByTimeAsync(59_000);
    expect(FakeEventSource.last.readyState).not.toBe(FakeEventSource.CLOSED);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(FakeEventSource.last.readyState).toBe(FakeEventSource.CLOSED);
    expect(status.at(-1)).toBe("paused");
    visible.mockReturnValue("visible");
    document.dispatchEvent(new Event("visibilitychange"));
    expect(FakeEventSource.all).toHaveLength(2);
  });
});

describe("several tabs", () => {
  beforeEach(() => {
    vi.stubGlobal("BroadcastChannel", FakeChannel);
    Object.defineProperty(navigator, "locks", { configurable: true, value: fakeLocks() });
  });

  it("share one connection, and a later one is told what is known", async () => {
    const first = openTab();
    await tick();
    FakeEventSource.last.open();
    const second = openTab();
    await tick();
    expect(FakeEventSource.all).toHaveLength(1);
    expect(second.status.at(-1)).toBe("live");
    FakeEventSource.last.say("tweet", goldenTweet(), "7f3a-1042");
    await tick();
    expect(first.events.map(({ type }) => type)).toEqual(["tweet"]);
    expect(second.events.map(({ type }) => type)).toEqual(["stats", "tweet"]);
  });

  it("pass the lead on, and resume where it was", async () => {
    const first = tab();
    await tick();
    const second = openTab();
    await tick();
    FakeEventSource.last.say("tweet", goldenTweet(), "7f3a-1042");
    first.stop();
    await tick();
    expect(FakeEventSource.all).toHaveLength(2);
    expect(FakeEventSource.last.url).toBe("/api/live?last_event_id=7f3a-1042");
    FakeEventSource.last.say("stats", statsOf(1));
    await tick();
    expect(second.events.map(({ type }) => type)).toEqual(["stats", "tweet", "stats"]);
  });

  it("with another question have their own", async () => {
    openTab();
    openTab("cat");
    await tick();
    expect(FakeEventSource.all).toHaveLength(2);
  });
});
