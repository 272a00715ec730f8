/** An EventSource that a test speaks through. */
export class FakeEventSource extends EventTarget {
  static readonly all: FakeEventSource[] = [];
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  readyState: number = FakeEventSource.CONNECTING;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(readonly url: string) {
    super();
    FakeEventSource.all.push(this);
  }
  static get last(): FakeEventSource {
    const last = FakeEventSource.all.at(-1);
    if (last === undefined) throw new Error("no live connection was opened");
    return last;
  }
  open(): void {
    this.readyState = FakeEventSource.OPEN;
    this.onopen?.();
  }
  fail(state: number): void {
    this.readyState = state;
    this.onerror?.();
  }
  say(type: string, data: unknown, id = ""): void {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data), lastEventId: id }));
  }
  close(): void {
    this.readyState = FakeEventSource.CLOSED;
  }
}

export const statsOf = (received: number, lag = 180) => ({
  at: "2026-03-01T13:15:02.000Z",
  received_per_s: received,
  matched_per_s: received,
  sample_rate: 1,
  lag_ms: lag,
  positive: 1,
  neutral: 0,
  negative: 0,
  unscored: 0,
});
