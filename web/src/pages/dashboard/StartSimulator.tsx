import { Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useStartSource } from "../../api/queries.ts";
import { ProblemPanel } from "../../components/ProblemPanel.tsx";
import { asProblem } from "../../components/QueryState.tsx";

/** Starts the simulator; the button then waits with the reader for the first tweet. */
export function StartSimulator({ icon, plain = false }: { icon?: ReactNode; plain?: boolean }) {
  const { t } = useTranslation();
  const start = useStartSource();
  const run = () => start.mutate("simulator");
  return (
    <>
      <Button
        type={plain ? "default" : "primary"}
        size={plain ? "middle" : "large"}
        icon={icon}
        loading={start.isPending || start.isSuccess}
        onClick={run}
      >
        {start.isSuccess ? t("first.starting") : t("first.start")}
      </Button>
      {start.error !== null && <ProblemPanel problem={asProblem(start.error)} onRetry={run} small />}
    </>
  );
}
