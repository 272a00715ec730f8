import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import type { Meta } from "../api/client.ts";
import { durationText } from "../format.ts";
import { dismissGap, useLive } from "../state/live.ts";

const behindLimit = 10_000;

/** What is missing is said: a late index, a partial answer, missed live tweets. */
export function Notices({ meta }: { meta: Meta | undefined }) {
  const { t } = useTranslation();
  const gap = useLive((state) => state.gap);
  const partial = meta?.partial === true;
  const behind = meta !== undefined && meta.behind_ms > behindLimit;
  if (!partial && !behind && gap === null) return null;
  return (
    <div className="tp-notices">
      {partial && (
        <Alert
          type="warning"
          showIcon
          title={[
            t("notice.partial"),
            meta.failures.length > 0 ? t("notice.partialNote", { failures: meta.failures.join(", ") }) : "",
          ]
            .filter((part) => part !== "")
            .join(". ")}
        />
      )}
      {behind && (
        <Alert type="warning" showIcon title={t("notice.behind", { lag: durationText(meta.behind_ms) })} />
      )}
      {gap !== null && (
        <Alert
          type="info"
          showIcon
          title={t("notice.gap", { count: gap.dropped })}
          closable={{ onClose: dismissGap, "aria-label": t("live.close") }}
        />
      )}
    </div>
  );
}
