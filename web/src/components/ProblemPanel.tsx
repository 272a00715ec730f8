import { CloseCircleFilled, CopyOutlined, ReloadOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Problem } from "../api/client.ts";
import { moment } from "../format.ts";
import { useLive } from "../state/live.ts";
import { useView } from "../state/view.ts";

interface Props {
  problem: Problem;
  onRetry: () => void;
  small?: boolean;
}

/** What went wrong in the server's words, what to do, and the id to report. */
export function ProblemPanel({ problem, onRetry, small = false }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const copy = async () => {
    await navigator.clipboard?.writeText(problem.details);
    message.success(t("state.detailsCopied"));
  };
  return (
    <section className={small ? "tp-problem tp-problem-small" : "tp-problem"} role="alert">
      {!small && <CloseCircleFilled className="tp-problem-icon" aria-hidden />}
      {small ? <h3 className="tp-h2">{problem.title}</h3> : <h2 className="tp-h-error">{problem.title}</h2>}
      <p className={small ? "tp-note" : "tp-lead"}>{problem.detail}</p>
      {small && problem.requestId !== null && <p className="tp-note tp-id">{problem.requestId}</p>}
      <div className="tp-actions">
        <Button
          type={small ? "default" : "primary"}
          size={small ? "small" : "middle"}
          icon={<ReloadOutlined />}
          onClick={onRetry}
        >
          {t("state.retry")}
        </Button>
        <Button
          type="text"
          size={small ? "small" : "middle"}
          icon={<CopyOutlined />}
          onClick={() => void copy()}
        >
          {t("state.copyDetails")}
        </Button>
      </div>
      {!small && <Facts problem={problem} />}
      {!small && <Works />}
    </section>
  );
}

function Facts({ problem }: { problem: Problem }) {
  const { t } = useTranslation();
  const { view } = useView();
  const name = `${problem.status} ${problem.code}`;
  return (
    <dl className="tp-facts">
      <div>
        <dt>{t("state.problem")}</dt>
        <dd className="tp-id">
          {problem.status === 0 ? (
            problem.code
          ) : (
            <a href={`/problems/${encodeURIComponent(problem.code)}`}>{name}</a>
          )}
        </dd>
      </div>
      <div>
        <dt>{t("state.asked")}</dt>
        <dd className="tp-id">{problem.asked}</dd>
      </div>
      <div>
        <dt>{t("state.request")}</dt>
        <dd className="tp-id">{problem.requestId ?? t("state.noRequest")}</dd>
      </div>
      <div>
        <dt>{t("state.time")}</dt>
        <dd>{moment(problem.at, view.tz)}</dd>
      </div>
    </dl>
  );
}

function Works() {
  const { t } = useTranslation();
  const live = useLive((state) => state.status === "live");
  if (!live) return null;
  return (
    <div className="tp-works">
      <h3 className="tp-h2">{t("state.works")}</h3>
      <ul>
        <li>
          <span>{t("state.worksLive")}</span>
          <a href="#live">{t("state.watch")}</a>
        </li>
        <li>
          <span>{t("state.worksDocs")}</span>
          <a href="/docs">{t("state.open")}</a>
        </li>
      </ul>
    </div>
  );
}
