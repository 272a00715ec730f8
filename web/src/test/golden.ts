/** The answers that the server's tests assert too: `tests/data/api/*.json`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EntitiesAnswer, Schemas, SentimentAnswer, Tweet } from "../api/client.ts";

const folder = join(import.meta.dirname, "../../../tests/data/api");
const read = <T>(name: string): T => JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as T;

export const golden = {
  search: read<Schemas["SearchPage"]>("search"),
  sentiment: read<SentimentAnswer>("sentiment"),
  entities: read<EntitiesAnswer>("entities"),
  tweets: read<Schemas["StoredTweets"]>("tweets"),
  ingestion: read<Schemas["IngestionAnswer"]>("ingestion"),
};

export function goldenTweet(): Tweet {
  const [tweet] = golden.search.data;
  if (tweet === undefined) throw new Error("search.json has no tweet");
  return structuredClone(tweet);
}

export const emptySentiment = (): SentimentAnswer => {
  const answer = structuredClone(golden.sentiment);
  const zero = { total: 0, positive: 0, neutral: 0, negative: 0, unscored: 0, mean_score: null };
  answer.data = answer.data.map((bucket) => ({ ...bucket, ...zero, coverage: 0 }));
  answer.summary = { ...zero, net: null };
  return answer;
};

export const emptyEntities = (): EntitiesAnswer => {
  const answer = structuredClone(golden.entities);
  answer.data = [];
  answer.meta.distinct = 0;
  return answer;
};

export const freshIngestion = (): Schemas["IngestionAnswer"] => {
  const answer = structuredClone(golden.ingestion);
  answer.data.sources = [];
  Object.assign(answer.data.ledger, { received: 0, accepted: 0 });
  return answer;
};

export const problem = (status: number): Schemas["Problem"] => ({
  type: "/problems/deadline-exceeded",
  title: "The search took too long",
  status,
  detail: "The search index did not answer within 10 s.",
  instance: "/api/elastic/analytics/sentiment",
  code: "deadline-exceeded",
  request_id: "019cb1f2-7c1e-7d3a-9a51-0f2b6c1d2e3f",
});
