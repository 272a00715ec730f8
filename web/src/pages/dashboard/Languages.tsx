import { useTranslation } from "react-i18next";
import type { EntitiesAnswer } from "../../api/client.ts";
import { useRanking } from "../../api/queries.ts";
import { RowBones } from "../../components/Bones.tsx";
import { QueryState } from "../../components/QueryState.tsx";
import { count, languageName, percentOne } from "../../format.ts";
import { operatorFor } from "../../state/operators.ts";
import { useView } from "../../state/view.ts";

/** The languages of the tweets in view: eight, and the rest as one. */
export function Languages({ total }: { total: number | undefined }) {
  const { t } = useTranslation();
  const { view } = useView();
  const query = useRanking("languages", view);
  return (
    <section className="tp-dash-languages">
      <header className="tp-lang-head">
        <h2 className="tp-h2">{t("languages.title")}</h2>
        {total !== undefined && <span className="tp-note">{t("languages.of", { total: count(total) })}</span>}
      </header>
      <QueryState
        query={query}
        skeleton={<RowBones />}
        small
        isEmpty={({ data }) => data.length === 0}
        empty={<p className="tp-nothing">{t("languages.empty")}</p>}
      >
        {(answer) => <Rows answer={answer} total={total} />}
      </QueryState>
    </section>
  );
}

function Rows({ answer: { data, meta }, total }: { answer: EntitiesAnswer; total: number | undefined }) {
  const { t } = useTranslation();
  const { filter } = useView();
  const listed = data.reduce((sum, row) => sum + row.count, 0);
  const all = Math.max(total ?? 0, listed + meta.other);
  const most = Math.max(1, meta.other, ...data.map((row) => row.count));
  const others = meta.distinct - data.length;
  return (
    <table className="tp-table tp-ranking tp-langs">
      <thead>
        <tr>
          <th scope="col" colSpan={2}>
            {t("languages.language")}
          </th>
          <th scope="col" className="tp-num">
            {t("languages.tweets")}
          </th>
          <th scope="col" className="tp-num">
            {t("languages.share")}
          </th>
        </tr>
      </thead>
      <tbody>
        {data.map((row) => (
          <tr key={row.value}>
            <th scope="row">
              <button
                type="button"
                className="tp-row-value tp-row-plain"
                title={t("top.include", { value: languageName(row.value) })}
                onClick={(event) => filter(operatorFor("lang", row.value), event.altKey)}
              >
                {languageName(row.value)}
              </button>
            </th>
            <td className="tp-bar-cell">
              <span className="tp-bar" style={{ width: `${(100 * row.count) / most}%` }} />
            </td>
            <td className="tp-num">{count(row.count)}</td>
            <td className="tp-num tp-change">{percentOne(row.count, all)}</td>
          </tr>
        ))}
        {meta.other > 0 && (
          <tr>
            <th scope="row" className="tp-other">
              {others > 0 ? t("languages.otherCount", { n: others }) : t("languages.other")}
            </th>
            <td className="tp-bar-cell">
              <span className="tp-bar tp-bar-other" style={{ width: `${(100 * meta.other) / most}%` }} />
            </td>
            <td className="tp-num">{count(meta.other)}</td>
            <td className="tp-num tp-change">{percentOne(meta.other, all)}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
