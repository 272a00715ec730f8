/** The interface, answering from the golden files. */
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { golden } from "./golden.ts";

export const server = setupServer(
  http.get("*/api/elastic/analytics/sentiment", () => HttpResponse.json(golden.sentiment)),
  http.get("*/api/elastic/analytics/volume", () =>
    HttpResponse.json({
      data: golden.sentiment.data,
      summary: { total: 5 },
      series: [{ value: "Artemis", total: 3, totals: [2, 1] }],
      meta: golden.sentiment.meta,
    }),
  ),
  http.get("*/api/elastic/analytics/:kind", () => HttpResponse.json(golden.entities)),
  http.get("*/api/elastic/search", () => HttpResponse.json(golden.search)),
  http.get("*/api/ingestion", () => HttpResponse.json(golden.ingestion)),
  http.get("*/readyz", () =>
    HttpResponse.json({
      ready: true,
      checks: [{ name: "search", adapter: "sqlite", ok: true, ms: 2, detail: "" }],
    }),
  ),
  http.get("*/version", () => HttpResponse.json({ name: "tweetpulse", version: "0.1.0" })),
);
