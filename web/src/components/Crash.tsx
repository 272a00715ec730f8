import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useRouteError } from "react-router";

/** An error of ours in the page. */
export function Crash() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <main className="tp-message">
      <h1 className="tp-h-error">{t("crash.title")}</h1>
      <p className="tp-lead">{t("crash.text")}</p>
      <Button type="primary" onClick={() => window.location.reload()}>
        {t("crash.reload")}
      </Button>
      <pre className="tp-code">{error instanceof Error ? error.message : String(error)}</pre>
    </main>
  );
}
