/** Is something happening, and is the pipe healthy? */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { reload, useIngestion, useSentiment } from "../../api/queries.ts";
import { Notices } from "../../components/Notices.tsx";
import { ProblemPanel } from "../../components/ProblemPanel.tsx";
import { asProblem } from "../../components/QueryState.tsx";
import { useLive } from "../../state/live.ts";
import { useView } from "../../state/view.ts";
import { EmptyRange } from "./EmptyRange.tsx";
import { Figures } from "./Figures.tsx";
import { FirstRun } from "./FirstRun.tsx";
import { Languages } from "./Languages.tsx";
import { LiveFeed } from "./LiveFeed.tsx";
import { Readiness } from "./Readiness.tsx";
import { Top } from "./Top.tsx";
import { Volume } from "./Volume.tsx";

export function Component() {
  const { view } = useView();
  const empty = useEmpty();
  const sentiment = useSentiment(view, empty !== "no");
  const failed = sentiment.data === undefined && sentiment.error !== null;
  return (
    <>
      <Notices meta={sentiment.data?.meta} />
      <Figures sentiment={sentiment} />
      <div className="tp-dash">
        {failed && (
          <div className="tp-dash-whole">
            <ProblemPanel problem={asProblem(sentiment.error)} onRetry={() => void sentiment.refetch()} />
          </div>
        )}
        {empty === "first" && <FirstRun />}
        {empty === "range" && <EmptyRange />}
        {!failed && <Volume sentiment={sentiment} first={empty === "first"} />}
        {!failed && empty === "no" && <Top />}
        <aside className="tp-dash-side">
          {empty === "first" && <Readiness />}
          <LiveFeed />
        </aside>
        {!failed && empty === "no" && <Languages total={sentiment.data?.summary.total} />}
      </div>
    </>
  );
}

/** Nothing at all yet, nothing in this range, or something. The first live tweet asks again at once. */
function useEmpty(): "first" | "range" | "no" {
  const { view } = useView();
  const queries = useQueryClient();
  const { data, isPlaceholderData } = useSentiment(view);
  const accepted = useIngestion().data?.data.ledger.accepted;
  const arrived = useLive((state) => state.taken > 0);
  const nothing = data !== undefined && data.summary.total === 0 && !isPlaceholderData;
  useEffect(() => {
    if (nothing && arrived) reload(queries);
  }, [nothing, arrived, queries]);
  if (!nothing) return "no";
  return accepted === 0 && view.question === "" ? "first" : "range";
}
