/** Answers in the server's place, for states that a healthy demo does not have. */
import type { Page } from "playwright-core";

const json = (status: number, body: unknown) => ({
  status,
  contentType: status < 400 ? "application/json" : "application/problem+json",
  body: JSON.stringify(body),
});

/** The search index takes too long. */
export async function failing(page: Page): Promise<void> {
  await page.route("**/api/elastic/**", (route) =>
    route.fulfill(
      json(504, {
        type: "/problems/deadline-exceeded",
        title: "The search took too long",
        status: 504,
        detail: "The search index did not answer within 10 s. A shorter range answers faster.",
        instance: new URL(route.request().url()).pathname,
        code: "deadline-exceeded",
        request_id: "019cb1f2-7c1e-7d3a-9a51-0f2b6c1d2e3f",
      }),
    ),
  );
}

const zero = { total: 0, positive: 0, neutral: 0, negative: 0, unscored: 0, mean_score: null };
const meta = {
  unit: "posts",
  took_ms: 1,
  backend: "sqlite",
  behind_ms: 0,
  partial: false,
  failures: [],
  warnings: [],
};

/** Nothing was ever received. */
export async function fresh(page: Page): Promise<void> {
  const hour = 3_600_000;
  const start = Math.floor(Date.now() / 60_000) * 60_000 - hour;
  const data = Array.from({ length: 60 }, (_, index) => ({
    start: new Date(start + index * 60_000).toISOString(),
    end: new Date(start + (index + 1) * 60_000).toISOString(),
    ...zero,
    coverage: 0,
  }));
  await page.route("**/api/elastic/analytics/*", (route) => {
    const kind = new URL(route.request().url()).pathname.split("/").at(-1);
    const series = {
      data,
      summary: { ...zero, net: null },
      meta: { ...meta, interval: "1m", tz: "UTC", group_by: null },
    };
    const ranking = {
      data: [],
      meta: { ...meta, type: "hashtag", distinct: 0, distinct_relation: "eq", other: 0 },
    };
    return route.fulfill(json(200, kind === "sentiment" ? series : ranking));
  });
  const group = { done: 0, dead_letters: 0, in_flight: 0, difference: 0 };
  await page.route("**/api/ingestion", (route) =>
    route.fulfill(
      json(200, {
        data: {
          wanted: "running",
          state: "running",
          sources: [],
          queue: { adapter: "sqlite", durability: "full", length: 0, memory_bytes: 0, groups: [] },
          ledger: {
            received: 0,
            refused: 0,
            filtered: 0,
            duplicate: 0,
            in_flight: 0,
            accepted: 0,
            elastic: group,
            persist: group,
          },
        },
        meta: { as_of: new Date().toISOString(), warnings: [] },
      }),
    ),
  );
  const quiet = {
    received_per_s: 0,
    matched_per_s: 0,
    sample_rate: 1,
    lag_ms: 0,
    positive: 0,
    neutral: 0,
    negative: 0,
    unscored: 0,
  };
  await page.route("**/api/live*", (route) =>
    route.fulfill({
      status: 200,
      contentType: "text/event-stream",
      body: `retry: 60000\n\nevent: stats\ndata: ${JSON.stringify({ at: new Date().toISOString(), ...quiet })}\n\n`,
    }),
  );
}

/** No answer comes. */
export async function waiting(page: Page): Promise<void> {
  await page.route("**/api/elastic/**", () => undefined);
}
