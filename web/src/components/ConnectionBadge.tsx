import { useTranslation } from "react-i18next";
import { durationText } from "../format.ts";
import { useLive } from "../state/live.ts";

/** Is the live feed connected, and how far behind is it? Shape and word say it, not colour alone. */
export function ConnectionBadge() {
  const { t } = useTranslation();
  const status = useLive((state) => state.status);
  const lag = useLive((state) => state.stats.at(-1)?.lag_ms);
  const quiet = useLive(
    (state) => state.tweets.length === 0 && (state.stats.at(-1)?.received_per_s ?? 0) === 0,
  );
  const words = {
    connecting: [t("connection.connecting"), ""],
    reconnecting: [t("connection.reconnecting"), t("connection.kept")],
    paused: [t("connection.paused"), t("connection.away")],
    live: quiet
      ? [t("connection.ready"), t("connection.none")]
      : [t("connection.live"), lag === undefined ? "" : t("connection.behind", { lag: durationText(lag) })],
  }[status];
  return (
    <div className={`tp-badge tp-badge-${status}`}>
      <span className="tp-dot" aria-hidden />
      <span role="status">{words[0]}</span>
      <span className="tp-badge-note">{words[1]}</span>
    </div>
  );
}
