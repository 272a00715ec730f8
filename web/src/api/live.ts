/**
 * The only live connection. One per browser and question: tabs elect a leader by Web Locks, the leader shares what it
 * hears by BroadcastChannel. Without Web Locks each visible tab has its own.
 */
import type { Tweet } from "./client.ts";

export interface Stats {
  at: string;
  received_per_s: number;
  matched_per_s: number;
  sample_rate: number;
  lag_ms: number;
  positive: number;
  neutral: number;
  negative: number;
  unscored: number;
}

export interface Gap {
  from: string;
  to: string;
  dropped: number;
  reason: string;
}

export type LiveEvent =
  | { type: "hello"; data: { epoch: string; seq: number; ring_s: number; rate: number } }
  | { type: "tweet"; data: Tweet }
  | { type: "delete"; data: { id: string } }
  | { type: "stats"; data: Stats }
  | { type: "gap"; data: Gap }
  | { type: "resync"; data: { reason: string } };

export type LiveStatus = "connecting" | "live" | "reconnecting" | "paused";

export interface LiveSink {
  events: (events: LiveEvent[]) => void;
  status: (status: LiveStatus) => void;
  /** What a tab that joins later is given at once. */
  snapshot: () => LiveEvent[];
}

type Shared =
  | { type: "event"; id: string; event: LiveEvent }
  | { type: "status"; status: LiveStatus }
  | { type: "snapshot"; to: string; id: string; status: LiveStatus; events: LiveEvent[] }
  | { type: "who"; from: string };

const names = ["hello", "tweet", "delete", "stats", "gap", "resync"] as const;
const hiddenAfter = 60_000;
const queueLimit = 4_000;
const jitter = (milliseconds: number) => milliseconds * (0.7 + 0.6 * Math.random());

export function connectLive(question: string, sink: LiveSink): () => void {
  const name = `tweetpulse-live:${question}`;
  const me = Math.random().toString(36).slice(2);
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(name);
  let lastId = "";
  let status: LiveStatus = "connecting";
  let leading = false;
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let hidden: ReturnType<typeof setTimeout> | undefined;
  let attempts = 0;
  let release: AbortController | null = null;
  let queue: LiveEvent[] = [];
  let frame: ReturnType<typeof setTimeout> | number | null = null;

  const post = (message: Shared) => channel?.postMessage(message);

  function setStatus(next: LiveStatus) {
    status = next;
    sink.status(next);
    if (leading) post({ type: "status", status: next });
  }

  // Events are applied once per animation frame, so a burst costs one render.
  function flush() {
    frame = null;
    const events = queue;
    queue = [];
    if (events.length > 0) sink.events(events);
  }
  function receive(event: LiveEvent) {
    queue.push(event);
    if (queue.length > queueLimit) queue.splice(0, queue.length - queueLimit);
    if (frame !== null) return;
    frame = document.visibilityState === "hidden" ? setTimeout(flush, 1_000) : requestAnimationFrame(flush);
  }

  function open() {
    close();
    const query = new URLSearchParams();
    if (question !== "") query.set("q", question);
    if (lastId !== "") query.set("last_event_id", lastId);
    const text = query.toString();
    const mine = new EventSource(text === "" ? "/api/live" : `/api/live?${text}`);
    source = mine;
    mine.onopen = () => {
      attempts = 0;
      setStatus("live");
    };
    mine.onerror = () => {
      if (source !== mine) return;
      setStatus("reconnecting");
      if (mine.readyState === EventSource.CLOSED) reopen(Math.min(30_000, 1_000 * 2 ** attempts++));
    };
    for (const type of names) {
      mine.addEventListener(type, (message: MessageEvent<string>) => {
        const event = parse(type, message.data);
        if (event === null) return;
        if (message.lastEventId !== "") lastId = message.lastEventId;
        receive(event);
        post({ type: "event", id: lastId, event });
      });
    }
    mine.addEventListener("bye", (message: MessageEvent<string>) => {
      setStatus("reconnecting");
      reopen(retryOf(message.data));
    });
  }
  function reopen(after: number) {
    close();
    retry = setTimeout(open, jitter(after));
  }
  function close() {
    clearTimeout(retry);
    source?.close();
    source = null;
  }

  function start() {
    if (release !== null) return;
    const held = new AbortController();
    release = held;
    setStatus("connecting");
    const lead = () => {
      leading = true;
      open();
    };
    if (channel === null || !("locks" in navigator)) return lead();
    post({ type: "who", from: me });
    navigator.locks
      .request(name, { signal: held.signal }, () => {
        if (held.signal.aborted) return undefined;
        lead();
        return new Promise<void>((resolve) => held.signal.addEventListener("abort", () => resolve()));
      })
      .catch(() => undefined);
  }
  function stop() {
    close();
    leading = false;
    release?.abort();
    release = null;
  }

  function hear({ data }: MessageEvent<Shared>) {
    if (data.type === "who") {
      if (leading) post({ type: "snapshot", to: data.from, id: lastId, status, events: sink.snapshot() });
      return;
    }
    if (leading || release === null) return;
    if (data.type === "status") setStatus(data.status);
    if (data.type === "event") {
      lastId = data.id;
      receive(data.event);
    }
    if (data.type === "snapshot" && data.to === me) {
      lastId = data.id;
      setStatus(data.status);
      for (const event of data.events) receive(event);
    }
  }

  function visibility() {
    clearTimeout(hidden);
    if (document.visibilityState === "visible") return start();
    hidden = setTimeout(() => {
      stop();
      setStatus("paused");
    }, hiddenAfter);
  }

  channel?.addEventListener("message", hear);
  document.addEventListener("visibilitychange", visibility);
  window.addEventListener("online", online);
  function online() {
    if (leading && status === "reconnecting") open();
  }
  start();

  return () => {
    stop();
    clearTimeout(hidden);
    channel?.close();
    document.removeEventListener("visibilitychange", visibility);
    window.removeEventListener("online", online);
    if (typeof frame === "number") cancelAnimationFrame(frame);
    queue = [];
  };
}

/** The stream is our own server's and typed by its description: only broken JSON is refused here. */
function parse(type: (typeof names)[number], text: string): LiveEvent | null {
  try {
    return { type, data: JSON.parse(text) } as LiveEvent;
  } catch {
    return null;
  }
}

function retryOf(text: string): number {
  try {
    const value: unknown = JSON.parse(text).retry_ms;
    return typeof value === "number" ? value : 3_000;
  } catch {
    return 3_000;
  }
}
