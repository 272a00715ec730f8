import { act, screen, waitFor, within } from "@testing-library/react";
import { delay, HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import {
  emptyEntities,
  emptySentiment,
  freshIngestion,
  golden,
  goldenTweet,
  problem,
} from "../../test/golden.ts";
import { FakeEventSource, statsOf } from "../../test/live.ts";
import { open } from "../../test/page.tsx";
import { server } from "../../test/server.ts";

const range = "/?from=2026-03-01T12:00:00Z&to=2026-03-01T14:00:00Z&tz=UTC";
const sentimentPath = "*/api/elastic/analytics/sentiment";
const figure = async (label: string) => {
  const name = await screen.findByText(label, { selector: ".tp-fig dt, .tp-fig dt *" });
  const box = name.closest("div.tp-fig");
  if (!(box instanceof HTMLElement)) throw new Error(`no figure ${label}`);
  return within(box);
};
const speak = (...said: [string, unknown, string?][]) =>
  act(async () => {
    for (const [type, data, id] of said) FakeEventSource.last.say(type, data, id);
    await new Promise((resolve) => setTimeout(resolve, 40));
  });

describe("the dashboard with data", () => {
  it("shows the totals of the answer, and the change against the period before", async () => {
    open(range);
    expect(await (await figure("Tweets")).findByText("5")).toBeVisible();
    expect((await figure("Net sentiment")).getByText("+0.25")).toBeVisible();
    expect((await figure("Net sentiment")).getByText("n 4 · 20 % unscored")).toBeVisible();
    expect(await (await figure("Tweets")).findByText("same as before")).toBeVisible();
  });

  it("says the chart in one sentence, with its gap", async () => {
    open(range);
    const chart = await screen.findByRole("img", { name: /5 tweets from 12:00 to 14:00; peak 3 at 12:00/ });
    expect(chart).toHaveAccessibleName(/Connected only in part 13:00–14:00/);
  });

  it("shows the same numbers as a table", async () => {
    open(`${range}&view=table`);
    const row = await screen.findByRole("row", { name: /13:00–14:00/ });
    expect(
      within(row)
        .getAllByRole("cell")
        .map((cell) => cell.textContent),
    ).toEqual(["2", "1", "0", "0", "1", "95 %"]);
  });

  it("keeps the choice of table and interval in the address", async () => {
    const { user, params } = open(range);
    await user.click(await screen.findByText("Table"));
    expect(params().get("view")).toBe("table");
    await user.click(screen.getByText("1 m"));
    expect(params().get("interval")).toBe("1m");
  });

  it("ranks values with their change, and filters by a click", async () => {
    const { user, params } = open(range);
    const row = await screen.findByRole("row", { name: /#Artemis/ });
    expect(row).toHaveTextContent("200 %");
    expect(screen.getByRole("row", { name: /#NASA/ })).toHaveTextContent("new");
    await user.click(within(row).getByRole("button", { name: "#Artemis" }));
    expect(params().getAll("f")).toEqual(["#Artemis"]);
    await user.click(await screen.findByRole("button", { name: "Remove #Artemis" }));
    expect(params().getAll("f")).toEqual([]);
  });

  it("excludes a value with Alt", async () => {
    const { user, params } = open(range);
    const value = await screen.findByRole("button", { name: "#NASA" });
    await user.keyboard("{Alt>}");
    await user.click(value);
    expect(params().getAll("f")).toEqual(["-#NASA"]);
  });

  it("asks for the values of the chosen tab", async () => {
    const asked: string[] = [];
    server.use(
      http.get("*/api/elastic/analytics/entities", ({ request }) => {
        asked.push(new URL(request.url).searchParams.get("type") ?? "");
        return HttpResponse.json(golden.entities);
      }),
    );
    const { user, params } = open(range);
    await user.click(await screen.findByRole("tab", { name: "Mentions" }));
    await waitFor(() => expect(asked).toContain("mention"));
    expect(params().get("top")).toBe("mentions");
  });

  it("sends the question with range, zone and filters", async () => {
    let asked = new URLSearchParams();
    server.use(
      http.get(sentimentPath, ({ request }) => {
        const params = new URL(request.url).searchParams;
        if (params.has("interval")) asked = params;
        return HttpResponse.json(golden.sentiment);
      }),
    );
    open("/?q=cat+OR+dog&f=lang:en&f=-is:retweet&tz=Europe/Berlin&interval=1m");
    await waitFor(() => expect(asked.get("q")).toBe("(cat OR dog) lang:en -is:retweet"));
    expect(Object.fromEntries(asked)).toMatchObject({
      from: "now-1h",
      to: "now",
      tz: "Europe/Berlin",
      interval: "1m",
    });
  });
});

describe("the states of the dashboard", () => {
  it("shows the shape of the data while it loads, and can be cancelled after 3 s", async () => {
    server.use(http.get(sentimentPath, () => delay("infinite")));
    const { user } = open(range);
    expect((await screen.findAllByText("Loading")).length).toBeGreaterThan(0);
    await user.click(await screen.findByRole("button", { name: "Cancel" }, { timeout: 4_000 }));
    expect((await screen.findAllByText("Loading was cancelled")).length).toBeGreaterThan(0);
  });

  it("tells an error in the server's words, with its id, and retries", async () => {
    server.use(http.get(sentimentPath, () => HttpResponse.json(problem(504), { status: 504 })));
    const { user } = open(range);
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("The search took too long");
    expect(alert).toHaveTextContent("019cb1f2-7c1e-7d3a-9a51-0f2b6c1d2e3f");
    expect(within(alert).getByRole("link", { name: "504 deadline-exceeded" })).toHaveAttribute(
      "href",
      "/problems/deadline-exceeded",
    );
    expect(within(alert).getByRole("button", { name: /Copy details/ })).toBeVisible();
    server.resetHandlers();
    await user.click(within(alert).getByRole("button", { name: /Retry/ }));
    expect(await (await figure("Tweets")).findByText("5")).toBeVisible();
  });

  it("says when the server does not answer at all", async () => {
    server.use(http.get(sentimentPath, () => HttpResponse.error()));
    open(range);
    expect(await screen.findByText("The server does not answer", {}, { timeout: 4_000 })).toBeVisible();
  });

  it("keeps the last answer when a newer one fails", async () => {
    const { queries } = open(range);
    await screen.findByRole("row", { name: /#Artemis/ });
    server.use(http.get("*/api/elastic/analytics/*", () => HttpResponse.json(problem(422), { status: 422 })));
    await act(() => queries.invalidateQueries());
    expect(
      (await screen.findAllByText(/The newest one failed: The search took too long/)).length,
    ).toBeGreaterThan(0);
    expect(screen.getByRole("row", { name: /#Artemis/ })).toBeVisible();
  });

  it("says that search is behind, and that an answer is partial", async () => {
    const answer = structuredClone(golden.sentiment);
    Object.assign(answer.meta, { behind_ms: 42_000, partial: true, failures: ["full text"] });
    server.use(http.get(sentimentPath, () => HttpResponse.json(answer)));
    open(range);
    expect(await screen.findByText(/Search is 42.0 s behind/)).toBeVisible();
    expect(screen.getByText(/The search index is away; .* Left out: full text/)).toBeVisible();
  });

  it("offers three ways to the first tweet when there is none", async () => {
    server.use(
      http.get(sentimentPath, () => HttpResponse.json(emptySentiment())),
      http.get("*/api/elastic/analytics/:kind", () => HttpResponse.json(emptyEntities())),
      http.get("*/api/ingestion", () => HttpResponse.json(freshIngestion())),
    );
    let started: unknown;
    server.use(
      http.post("*/api/ingestion/start", async ({ request }) => {
        started = await request.json();
        return HttpResponse.json(freshIngestion(), { status: 202 });
      }),
    );
    const { user } = open();
    expect(await screen.findByRole("heading", { name: "No tweets yet" })).toBeVisible();
    expect(screen.getByText(/curl -X POST http:\/\/127.0.0.1:8080\/api\/ingestion\/tweets/)).toBeVisible();
    expect(await screen.findByText("SQLite")).toBeVisible();
    await user.click(screen.getByRole("button", { name: /Start simulator/ }));
    await waitFor(() => expect(started).toEqual({ source: "simulator" }));
    expect(await screen.findByRole("button", { name: /Waiting for the first tweet/ })).toBeVisible();
  });

  it("offers a wider range, with its count, when this one is empty", async () => {
    server.use(http.get(sentimentPath, () => HttpResponse.json(emptySentiment())));
    const { user, params } = open("/?f=lang:en");
    expect(await screen.findByRole("heading", { name: "No tweet matches in this range" })).toBeVisible();
    expect(await screen.findByText("There are 3 in the last 24 hours.")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Widen to 24 hours" }));
    expect(params().get("from")).toBe("now-24h");
    await user.click(
      within(screen.getByRole("region", { name: "Filters" })).getByRole("button", { name: "Remove filters" }),
    );
    expect(params().getAll("f")).toEqual([]);
  });
});

describe("the live feed", () => {
  it("shows rate, lag and tweets as they come", async () => {
    open(range);
    await screen.findByText("Tweets per second");
    act(() => FakeEventSource.last.open());
    await speak(["stats", statsOf(40)], ["stats", statsOf(50, 900)], ["tweet", goldenTweet(), "7f3a-1042"]);
    expect(await screen.findByRole("article", { name: "Ada" })).toHaveTextContent("positive +0.66");
    expect((await figure("Tweets per second")).getByText("45.0")).toBeVisible();
    expect((await figure("Search lag, p95")).getByText("now 0.9 s behind")).toBeVisible();
    expect(screen.getByRole("link", { name: "https://nasa.example/live" })).toHaveAttribute(
      "rel",
      "noopener nofollow ugc",
    );
  });

  it("pauses, counts what is new, and resumes", async () => {
    const { user } = open(range);
    await screen.findByText("Tweets per second");
    await speak(["tweet", goldenTweet()]);
    await user.click(await screen.findByRole("button", { name: /Pause/ }));
    await speak(["tweet", { ...goldenTweet(), id: "2", author: { ...goldenTweet().author, name: "Bob" } }]);
    expect(screen.queryByRole("article", { name: "Bob" })).toBeNull();
    await user.click(screen.getByRole("button", { name: /Show 1 new tweet/ }));
    expect(await screen.findByRole("article", { name: "Bob" })).toBeVisible();
    expect(screen.getByRole("button", { name: /Pause/ })).toBeVisible();
  });

  it("removes a deleted tweet, also from a paused list", async () => {
    const { user } = open(range);
    await screen.findByText("Tweets per second");
    await speak(["tweet", goldenTweet()], ["tweet", { ...goldenTweet(), id: "2" }]);
    await user.click(await screen.findByRole("button", { name: /Pause/ }));
    expect(screen.getAllByRole("article")).toHaveLength(2);
    await speak(["delete", { id: "2" }]);
    expect(screen.getAllByRole("article")).toHaveLength(1);
  });

  it("says what was missed", async () => {
    open(range);
    await screen.findByText("Tweets per second");
    await speak(["gap", { from: "a", to: "b", dropped: 1256, reason: "slow_client" }]);
    expect(await screen.findByText(/1,256 live tweets were missed/)).toBeVisible();
  });

  it("says in the top bar when the connection is lost, and keeps what is shown", async () => {
    open(range);
    await screen.findByText("Tweets per second");
    act(() => FakeEventSource.last.open());
    await speak(["tweet", goldenTweet()]);
    expect(screen.getByText("Live", { selector: "[role=status]" })).toBeVisible();
    act(() => FakeEventSource.last.fail(FakeEventSource.CONNECTING));
    expect(await screen.findByText("Reconnecting")).toBeVisible();
    expect(screen.getByRole("article", { name: "Ada" })).toBeVisible();
  });
});
