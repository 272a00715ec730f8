/** The only caller of the HTTP interface. */
import createClient from "openapi-fetch";
import { Problem, problemFrom, unreachable } from "./problem.ts";
import type { components, paths } from "./schema.d.ts";

export type Schemas = components["schemas"];
export type Tweet = Schemas["Tweet"];
export type Bucket = Schemas["SentimentBucket"];
export type SentimentAnswer = Schemas["SentimentAnswer"];
export type EntitiesAnswer = Schemas["EntitiesAnswer"];
export type EntityRow = Schemas["EntityRow"];
export type Meta = Pick<Schemas["AnalyticsMeta"], "behind_ms" | "partial" | "failures" | "backend">;

export const client = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "",
  fetch: (request: Request) => globalThis.fetch(request),
  querySerializer: { array: { style: "form", explode: true } },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer, or a `Problem` thrown. */
export async function take<T>(asked: string, call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable(asked);
  }
  if (answer.data === undefined || !answer.response.ok)
    throw problemFrom(answer.response, answer.error, asked);
  return answer.data;
}

/** As `take`, for a route whose failure has the shape of its success too. */
export async function takeEither<T>(asked: string, call: Promise<Answer<T>>): Promise<T> {
  const folded = call.then(({ data, error }) => ({
    data: data ?? (error as T),
    response: new Response(null),
  }));
  return take(asked, folded);
}

export { Problem };
