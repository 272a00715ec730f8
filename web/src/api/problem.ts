/** An error as the server tells it (RFC 9457), or as the browser does when no answer came. */
export interface ProblemError {
  msg: string;
  type: string;
  loc?: string[];
}

export class Problem extends Error {
  override readonly name = "Problem";
  constructor(
    readonly title: string,
    readonly detail: string,
    readonly status: number,
    readonly code: string,
    readonly requestId: string | null,
    readonly asked: string,
    readonly at: Date = new Date(),
    readonly errors: ProblemError[] = [],
  ) {
    super(title);
  }

  /** Worth trying again without a change of the question. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }

  get details(): string {
    return [
      `${this.status} ${this.code}`,
      this.title,
      this.detail,
      `asked: ${this.asked}`,
      `request: ${this.requestId ?? "none"}`,
      `time: ${this.at.toISOString()}`,
      ...this.errors.map((error) => `${(error.loc ?? []).join(".")}: ${error.msg}`),
    ].join("\n");
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function readErrors(value: unknown): ProblemError[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((item) => ({
    msg: text(item.msg) ?? "",
    type: text(item.type) ?? "",
    ...(Array.isArray(item.loc) ? { loc: item.loc.map(String) } : {}),
  }));
}

export function problemFrom(response: Response, body: unknown, asked: string): Problem {
  const value = isRecord(body) ? body : {};
  return new Problem(
    text(value.title) ?? `The server answered ${response.status}`,
    text(value.detail) ?? response.statusText,
    response.status,
    text(value.code) ?? "unknown",
    text(value.request_id) ?? response.headers.get("x-request-id"),
    asked,
    new Date(),
    readErrors(value.errors),
  );
}

export function unreachable(asked: string): Problem {
  return new Problem(
    "The server does not answer",
    "No connection to TweetPulse. What was loaded before is kept; it is tried again by itself.",
    0,
    "unreachable",
    null,
    asked,
  );
}
