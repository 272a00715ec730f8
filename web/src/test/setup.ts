/** What jsdom lacks, the interface as msw plays it, and the rule that a console warning fails. */
import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from "vitest";
import "../i18n/index.ts";
import { FakeEventSource } from "./live.ts";
import { server } from "./server.ts";

vi.mock("uplot", () => ({
  default: class {
    setData() {}
    setSize() {}
    destroy() {}
  },
}));
vi.mock("../components/chart/engine.ts", () => ({
  init: () => ({
    setOption() {},
    resize() {},
    dispose() {},
    dispatchAction() {},
    convertFromPixel: (_finder: unknown, pixel: number) => pixel / 100,
  }),
}));

configure({
  asyncUtilTimeout: 3_000,
  getElementError: (message) => new Error((message ?? "not found").split("\n", 3).join(" ")),
});

class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
}
vi.stubGlobal("ResizeObserver", Observer);
vi.stubGlobal("EventSource", FakeEventSource);
vi.stubGlobal("BroadcastChannel", undefined);

export let phone = false;
export const setPhone = (value: boolean) => {
  phone = value;
};
window.matchMedia = (query: string) =>
  ({
    matches: query.includes("max-width: 767") ? phone : query.includes("reduced-motion"),
    media: query,
    addEventListener() {},
    removeEventListener() {},
    addListener() {},
    removeListener() {},
    dispatchEvent: () => false,
    onchange: null,
  }) satisfies MediaQueryList;
Element.prototype.scrollTo = () => undefined;
HTMLCanvasElement.prototype.getContext = () => null;
for (const [name, size] of Object.entries({
  clientHeight: 600,
  clientWidth: 376,
  offsetHeight: 90,
  offsetWidth: 376,
})) {
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => size });
}

const said: string[] = [];
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  said.length = 0;
  phone = false;
  FakeEventSource.all.length = 0;
  for (const level of ["warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((...words: unknown[]) => {
      said.push(words.map(String).join(" "));
    });
  }
});
afterEach(() => {
  cleanup();
  server.resetHandlers();
  localStorage.clear();
  expect(said).toEqual([]);
});
afterAll(() => server.close());
