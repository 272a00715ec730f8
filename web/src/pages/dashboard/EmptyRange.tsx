import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useIngestion, useWider } from "../../api/queries.ts";
import { countOf } from "../../format.ts";
import { resolveTime } from "../../state/range.ts";
import { useView } from "../../state/view.ts";
import { StartSimulator } from "./StartSimulator.tsx";

const dayMs = 86_400_000;

/** No tweet in this range: how many a wider one has, and the ways there. */
export function EmptyRange() {
  const { t } = useTranslation();
  const { view, change } = useView();
  const from = resolveTime(view.from, view.tz, Date.now()) ?? 0;
  const [wide, span] =
    Date.now() - from < dayMs - 60_000
      ? (["now-24h", t("empty.day")] as const)
      : (["now-30d", t("empty.month")] as const);
  const wider = useWider(view.question, wide, true).data;
  const idle = useIngestion().data?.data.sources.every((source) => source.state !== "connected") ?? false;
  const filtered = view.question !== "";
  const some = wider !== undefined && wider.total > 0;
  return (
    <section className="tp-first tp-empty">
      <h2 className="tp-h-empty">{filtered ? t("empty.filtered") : t("empty.title")}</h2>
      {wider !== undefined && (
        <p className="tp-lead">
          {some
            ? t("empty.wider", { total: countOf(wider.total, wider.relation), span })
            : t("empty.widerNone", { span })}
        </p>
      )}
      <div className="tp-actions">
        <Button
          type={some ? "primary" : "default"}
          onClick={() => change({ from: wide, to: null, interval: null })}
        >
          {t("empty.widen", { span })}
        </Button>
        {filtered && <Button onClick={() => change({ q: null, filters: [] })}>{t("filters.all")}</Button>}
        {!filtered && idle && <StartSimulator plain={some} />}
      </div>
    </section>
  );
}
