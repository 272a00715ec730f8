import { useTranslation } from "react-i18next";
import type { Bucket } from "../../api/client.ts";
import { sentiments } from "../../components/SentimentTag.tsx";
import { count } from "../../format.ts";
import { useView } from "../../state/view.ts";
import { spanOf } from "./volume.ts";

/** The chart as a table, newest first; its totals are the chart's, to the unit. */
export function VolumeTable({ data }: { data: Bucket[] }) {
  const { t } = useTranslation();
  const { tz } = useView().view;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
    <section className="tp-table-box" aria-label={t("volume.table")} tabIndex={0}>
      <table className="tp-table">
        <thead>
          <tr>
            <th scope="col">{t("volume.bucket")}</th>
            <th scope="col" className="tp-num">
              {t("volume.total")}
            </th>
            {sentiments.map((name) => (
              <th key={name} scope="col" className="tp-num">
                {t(`volume.${name}`)}
              </th>
            ))}
            <th scope="col" className="tp-num">
              {t("volume.coverage")}
            </th>
          </tr>
        </thead>
        <tbody>
          {data.toReversed().map((bucket) => (
            <tr key={bucket.start}>
              <th scope="row">{spanOf(bucket, data, tz)}</th>
              <td className="tp-num">
                <strong>{count(bucket.total)}</strong>
              </td>
              {sentiments.map((name) => (
                <td key={name} className="tp-num">
                  {count(bucket[name])}
                </td>
              ))}
              <td className="tp-num">{`${Math.round(100 * bucket.coverage)} %`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
