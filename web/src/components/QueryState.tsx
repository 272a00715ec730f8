/** Loading, empty, error, stale and data: the same everywhere. */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../api/client.ts";
import { clockSeconds } from "../format.ts";
import { useView } from "../state/view.ts";
import { ProblemPanel } from "./ProblemPanel.tsx";

export interface Asked<T> {
  data: T | undefined;
  error: Error | null;
  fetchStatus: "fetching" | "paused" | "idle";
  isPlaceholderData: boolean;
  dataUpdatedAt: number;
  refetch: () => unknown;
}

interface Props<T> {
  query: Asked<T>;
  skeleton: ReactNode;
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  /** The part is small: the error is told in few lines. */
  small?: boolean;
  /** The page tells the error at another place. */
  quiet?: boolean;
  children: (data: T) => ReactNode;
}

export function QueryState<T>({
  query,
  skeleton,
  isEmpty,
  empty,
  small = false,
  quiet = false,
  children,
}: Props<T>) {
  const { data, error } = query;
  if (data === undefined) {
    if (error === null) return <Loading query={query} skeleton={skeleton} small={small} />;
    if (quiet) return skeleton;
    return <ProblemPanel problem={asProblem(error)} onRetry={() => void query.refetch()} small={small} />;
  }
  return (
    <>
      {error !== null && !quiet && <Kept problem={asProblem(error)} query={query} />}
      <div className={query.isPlaceholderData ? "tp-dimmed" : undefined} aria-busy={query.isPlaceholderData}>
        {isEmpty?.(data) === true ? empty : children(data)}
      </div>
    </>
  );
}

export const asProblem = (error: Error): Problem =>
  error instanceof Problem ? error : new Problem(error.name, error.message, 0, "unknown", null, "");

function Kept({ problem, query }: { problem: Problem; query: Asked<unknown> }) {
  const { t } = useTranslation();
  const { view } = useView();
  return (
    <Alert
      className="tp-kept"
      type="warning"
      showIcon
      title={t("state.kept", { time: clockSeconds(query.dataUpdatedAt, view.tz), title: problem.title })}
      action={
        <Button size="small" onClick={() => void query.refetch()}>
          {t("state.retry")}
        </Button>
      }
    />
  );
}

function useAfter(milliseconds: number): boolean {
  const [passed, setPassed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setPassed(true), milliseconds);
    return () => clearTimeout(timer);
  }, [milliseconds]);
  return passed;
}

/** Nothing for 150 ms, then the shape; after 3 s a way out. */
function Loading({ query, skeleton, small }: { query: Asked<unknown>; skeleton: ReactNode; small: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const shown = useAfter(150);
  const long = useAfter(3_000);
  const cancel = () =>
    void queries.cancelQueries({
      predicate: ({ state }) => state.data === undefined && state.fetchStatus === "fetching",
    });
  if (query.fetchStatus === "idle") {
    return (
      <p className="tp-still">
        <span>{t("state.cancelled")}</span>
        <Button size="small" onClick={() => void query.refetch()}>
          {t("state.retry")}
        </Button>
      </p>
    );
  }
  return (
    <>
      <div aria-busy className={shown ? "tp-loading" : "tp-loading tp-waiting"}>
        <span className="tp-hidden">{t("state.loading")}</span>
        {skeleton}
      </div>
      {long && !small && (
        <p className="tp-still">
          <span>{t("state.still")}</span>
          <Button size="small" onClick={cancel}>
            {t("state.cancel")}
          </Button>
        </p>
      )}
    </>
  );
}
