/** The only query keys. A hook for each question of the pages. */
import { keepPreviousData, QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { previousRange } from "../state/range.ts";
import { refreshEvery, type View } from "../state/view.ts";
import { client, type EntitiesAnswer, Problem, take, takeEither } from "./client.ts";

const keys = {
  sentiment: (view: View) =>
    ["sentiment", view.question, view.from, view.to, view.tz, view.interval] as const,
  previous: (view: View) => ["previous", view.question, view.from, view.to, view.tz] as const,
  ranking: (kind: Ranking, view: View) =>
    ["ranking", kind, view.question, view.from, view.to, view.tz] as const,
  courses: (kind: Ranking, view: View) =>
    ["courses", kind, view.question, view.from, view.to, view.tz] as const,
  wider: (question: string, from: string) => ["wider", question, from] as const,
  ingestion: ["ingestion"] as const,
  ready: ["ready"] as const,
  version: ["version"] as const,
};

const second = 1_000;

export function makeQueryClient(retryDelay = 1_000): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 2 * second,
        refetchOnWindowFocus: true,
        retry: (failures, error) =>
          failures < 2 && error instanceof Problem && error.passing && error.status !== 504,
        retryDelay: (attempt) => retryDelay * 2 ** attempt * (0.5 + Math.random()),
      },
    },
  });
}

const question = (view: View) => ({
  ...(view.question === "" ? {} : { q: view.question }),
  from: view.from,
  to: view.to,
  tz: view.tz,
});

const intervals = ["auto", "10s", "1m", "5m", "15m", "1h", "6h", "1d", "1w", "1mo"] as const;
const intervalOf = (text: string) => intervals.find((known) => known === text) ?? "auto";

/** Buckets and totals by sentiment: the volume chart and three of the figures. */
export function useSentiment(view: View, hurry = false) {
  return useQuery({
    queryKey: keys.sentiment(view),
    queryFn: ({ signal }) =>
      take(
        "GET /api/elastic/analytics/sentiment",
        client.GET("/api/elastic/analytics/sentiment", {
          params: { query: { ...question(view), interval: intervalOf(view.interval) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: refreshEvery(view, hurry ? 2 * second : 5 * second),
  });
}

/** How many tweets the period just before had. */
export function usePrevious(view: View) {
  return useQuery({
    queryKey: keys.previous(view),
    queryFn: async ({ signal }) => {
      const range = previousRange(view, view.tz, Date.now());
      const answer = await take(
        "GET /api/elastic/analytics/sentiment",
        client.GET("/api/elastic/analytics/sentiment", {
          params: { query: { ...question(view), ...range } },
          signal,
        }),
      );
      return answer.summary.total;
    },
    placeholderData: keepPreviousData,
    refetchInterval: refreshEvery(view, 15 * second),
  });
}

export type Ranking = "hashtags" | "mentions" | "names" | "domains" | "authors" | "languages";
const rows = 9;

async function rank(kind: Ranking, view: View, signal: AbortSignal): Promise<EntitiesAnswer> {
  const query = { ...question(view), size: kind === "languages" ? 8 : rows, compare: "previous" } as const;
  const entities = (type: "hashtag" | "mention" | "person" | "org" | "place") =>
    take(
      "GET /api/elastic/analytics/entities",
      client.GET("/api/elastic/analytics/entities", { params: { query: { ...query, type } }, signal }),
    );
  switch (kind) {
    case "hashtags":
      return entities("hashtag");
    case "mentions":
      return entities("mention");
    case "names": {
      const answers = await Promise.all([entities("person"), entities("org"), entities("place")]);
      return mergeRankings(answers);
    }
    case "domains":
      return take(
        "GET /api/elastic/analytics/domains",
        client.GET("/api/elastic/analytics/domains", { params: { query }, signal }),
      );
    case "authors":
      return take(
        "GET /api/elastic/analytics/authors",
        client.GET("/api/elastic/analytics/authors", { params: { query }, signal }),
      );
    case "languages":
      return take(
        "GET /api/elastic/analytics/languages",
        client.GET("/api/elastic/analytics/languages", { params: { query }, signal }),
      );
  }
}

function mergeRankings(answers: EntitiesAnswer[]): EntitiesAnswer {
  const [first] = answers;
  if (first === undefined) throw new Error("nothing to merge");
  const sum = (pick: (meta: EntitiesAnswer["meta"]) => number) =>
    answers.reduce((all, { meta }) => all + pick(meta), 0);
  const data = answers
    .flatMap((answer) => answer.data)
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, rows);
  return {
    data,
    meta: {
      ...first.meta,
      distinct: sum((meta) => meta.distinct),
      distinct_relation: answers.some(({ meta }) => meta.distinct_relation === "gte") ? "gte" : "eq",
      other: sum((meta) => meta.other),
      behind_ms: Math.max(...answers.map(({ meta }) => meta.behind_ms)),
      partial: answers.some(({ meta }) => meta.partial),
      failures: [...new Set(answers.flatMap(({ meta }) => meta.failures))],
    },
  };
}

export function useRanking(kind: Ranking, view: View) {
  return useQuery({
    queryKey: keys.ranking(kind, view),
    queryFn: ({ signal }) => rank(kind, view, signal),
    placeholderData: keepPreviousData,
    refetchInterval: refreshEvery(view, 10 * second),
  });
}

const grouped = { hashtags: "hashtag", domains: "domain", authors: "author" } as const;
type Grouped = keyof typeof grouped;
export const isGrouped = (kind: Ranking): kind is Grouped => kind in grouped;

/** The course of each value of a ranking over the range: one question for all its rows. */
export function useCourses(kind: Ranking, view: View) {
  return useQuery({
    queryKey: keys.courses(kind, view),
    enabled: isGrouped(kind),
    queryFn: async ({ signal }) => {
      const query = { ...question(view), ...(isGrouped(kind) ? { group_by: grouped[kind] } : {}) };
      const answer = await take(
        "GET /api/elastic/analytics/volume",
        client.GET("/api/elastic/analytics/volume", { params: { query }, signal }),
      );
      return new Map((answer.series ?? []).map(({ value, totals }) => [value, totals]));
    },
    refetchInterval: refreshEvery(view, 30 * second),
  });
}

/** How many tweets a wider range has, asked only where the range in view has none. */
export function useWider(questionText: string, from: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.wider(questionText, from),
    enabled,
    queryFn: async ({ signal }) => {
      const query = { ...(questionText === "" ? {} : { q: questionText }), from, to: "now", size: 1 };
      const page = await take(
        "GET /api/elastic/search",
        client.GET("/api/elastic/search", { params: { query }, signal }),
      );
      return { total: page.meta.total, relation: page.meta.total_relation };
    },
  });
}

export function useIngestion() {
  return useQuery({
    queryKey: keys.ingestion,
    queryFn: ({ signal }) => take("GET /api/ingestion", client.GET("/api/ingestion", { signal })),
    refetchInterval: 5 * second,
  });
}

/** What `/readyz` says; its 503 is an answer too. */
export function useReady() {
  return useQuery({
    queryKey: keys.ready,
    queryFn: ({ signal }) =>
      takeEither("GET /readyz", client.GET("/readyz", { params: { query: { verbose: true } }, signal })),
    refetchInterval: 5 * second,
  });
}

export function useVersion() {
  return useQuery({
    queryKey: keys.version,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => take("GET /version", client.GET("/version", { signal })),
  });
}

export function useStartSource() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (source: string) =>
      take("POST /api/ingestion/start", client.POST("/api/ingestion/start", { body: { source } })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.ingestion }),
  });
}

/** After a hole in the live feed, what is on screen is asked again. */
export function reload(queries: QueryClient): void {
  void queries.invalidateQueries({ refetchType: "active" });
}
