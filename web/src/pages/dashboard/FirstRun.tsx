import { CaretRightOutlined, CopyOutlined, ReadOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { useReady } from "../../api/queries.ts";
import { StartSimulator } from "./StartSimulator.tsx";

export const curlLine = (origin: string): string =>
  [
    `curl -X POST ${origin}/api/ingestion/tweets \\`,
    "  -H 'Content-Type: application/x-ndjson' \\",
    `  -d '{"id":"1","text":"Lift-off! #Kestrel7","created_at":"${new Date().toISOString().slice(0, 19)}Z","author":{"username":"ada"}}'`,
  ].join("\n");

/** Three ways to the first tweet. */
export function FirstRun() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const ready = useReady().data?.ready;
  const line = curlLine(window.location.origin);
  const copy = async () => {
    await navigator.clipboard?.writeText(line);
    message.success(t("copied"));
  };
  return (
    <section className="tp-first">
      <h2 className="tp-h-empty">{t("first.title")}</h2>
      <p className="tp-lead">{ready === false ? t("first.notReady") : t("first.ready")}</p>
      <ol>
        <li>
          <h3>{t("first.simulator")}</h3>
          <p>{t("first.simulatorNote")}</p>
          <StartSimulator icon={<CaretRightOutlined />} />
        </li>
        <li>
          <h3>{t("first.push")}</h3>
          <p>{t("first.pushNote")}</p>
          <div className="tp-curl">
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard */}
            <section className="tp-code" tabIndex={0} aria-label={t("first.curl")}>
              {line}
            </section>
            <Button size="small" icon={<CopyOutlined />} onClick={() => void copy()}>
              {t("copy")}
            </Button>
          </div>
        </li>
        <li>
          <h3>{t("first.source")}</h3>
          <p>{t("first.sourceNote")}</p>
          <Button href="/docs" icon={<ReadOutlined />}>
            {t("first.docs")}
          </Button>
        </li>
      </ol>
    </section>
  );
}
