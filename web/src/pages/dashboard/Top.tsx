import { ThunderboltOutlined } from "@ant-design/icons";
import { Tabs, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { EntityRow } from "../../api/client.ts";
import { isGrouped, type Ranking, useCourses, useRanking } from "../../api/queries.ts";
import { RowBones } from "../../components/Bones.tsx";
import { Course } from "../../components/Course.tsx";
import { QueryState } from "../../components/QueryState.tsx";
import { quickOf } from "../../components/quickRanges.ts";
import { SplitBar } from "../../components/SplitBar.tsx";
import { changeOf, count, sameDay, span } from "../../format.ts";
import { operatorFor, type ValueType } from "../../state/operators.ts";
import { previousRange, resolveTime } from "../../state/range.ts";
import { useView, type View } from "../../state/view.ts";

type Tab = Exclude<Ranking, "languages">;
const tabs: Tab[] = ["hashtags", "mentions", "names", "domains", "authors"];

/** Most used values, each with its change, its sentiment, and itself as a filter. */
export function Top() {
  const { t } = useTranslation();
  const { change, params } = useView();
  const wanted = params.get("top");
  const tab = tabs.find((known) => known === wanted) ?? "hashtags";
  return (
    <section className="tp-dash-top" aria-label={t("top.label")}>
      <Tabs
        activeKey={tab}
        onChange={(key) => change({ top: key === "hashtags" ? null : key })}
        items={tabs.map((key) => ({
          key,
          label: t(`top.${key}`),
          children: key === tab && <Values tab={key} />,
        }))}
      />
    </section>
  );
}

function Values({ tab }: { tab: Tab }) {
  const { t } = useTranslation();
  const { view } = useView();
  const query = useRanking(tab, view);
  const courses = useCourses(tab, view).data;
  const quick = quickOf(view);
  const course = quick === undefined ? t("top.course") : t(`time.last.${quick.from}`);
  const nothing = <p className="tp-nothing">{t("top.empty", { what: t(`top.${tab}`).toLowerCase() })}</p>;
  return (
    <QueryState
      query={query}
      skeleton={<RowBones />}
      small
      isEmpty={({ data }) => data.length === 0}
      empty={nothing}
    >
      {({ data }) => (
        <table className="tp-table tp-ranking">
          <thead>
            <tr>
              <th scope="col">{t(`top.one.${tab}`)}</th>
              <th scope="col" className="tp-split-cell">
                {isGrouped(tab) ? course : t("top.sentiment")}
              </th>
              <th scope="col" className="tp-num">
                {t("top.tweets")}
              </th>
              <th scope="col" className="tp-num">
                <Versus view={view} />
              </th>
            </tr>
          </thead>
          <tbody>
            {data.map((row) => (
              <Row key={`${row.type} ${row.value}`} row={row} tab={tab} totals={courses?.get(row.value)} />
            ))}
          </tbody>
        </table>
      )}
    </QueryState>
  );
}

/** Against which period: named where it is within a day and there is room. */
function Versus({ view }: { view: View }) {
  const { t } = useTranslation();
  const now = Date.now();
  const range = previousRange(view, view.tz, now);
  const from = resolveTime(range.from, view.tz, now);
  const to = resolveTime(range.to, view.tz, now);
  if (from === null || to === null) return t("top.change");
  const text = t("top.versus", { span: span(from, to, view.tz) });
  if (!sameDay(from, to - 1, view.tz)) return <span title={text}>{t("top.change")}</span>;
  return (
    <>
      <span className="tp-wide">{text}</span>
      <span className="tp-narrow">{t("top.change")}</span>
    </>
  );
}

const typeOf: Record<Tab, ValueType> = {
  hashtags: "hashtag",
  mentions: "mention",
  names: "person",
  domains: "domain",
  authors: "author",
};
const named = ["person", "org", "place", "product"] as const;

function shown(tab: Tab, value: string): string {
  if (tab === "hashtags") return `#${value.replace(/^#/, "")}`;
  if (tab === "mentions" || tab === "authors") return `@${value.replace(/^@/, "")}`;
  return value;
}

const isBurst = ({ count: now, previous }: EntityRow) =>
  previous !== undefined && previous >= 10 && now >= 3 * previous;

interface RowProps {
  row: EntityRow;
  tab: Tab;
  totals: number[] | undefined;
}

function Row({ row, tab, totals }: RowProps) {
  const { t } = useTranslation();
  const { filter } = useView();
  const text = shown(tab, row.value);
  const kind = named.find((known) => known === row.type);
  const change = changeOf(row.count, row.previous);
  const mark = { up: "▲", down: "▼", same: "", new: "", unknown: "" }[change.direction];
  const word = change.direction === "up" || change.direction === "down" ? t(`top.${change.direction}`) : "";
  return (
    <tr>
      <th scope="row">
        <div className="tp-row-head">
          <button
            type="button"
            className="tp-row-value"
            title={t("top.include", { value: text })}
            onClick={(event) => filter(operatorFor(typeOf[tab], row.value), event.altKey)}
          >
            <bdi>{text}</bdi>
          </button>
          {tab === "names" && kind !== undefined && <span className="tp-kind">{t(`top.types.${kind}`)}</span>}
          {isBurst(row) && (
            <Tooltip title={t("top.burstHint")}>
              <span className="tp-burst">
                <ThunderboltOutlined aria-hidden />
                <span>{t("top.burst")}</span>
              </span>
            </Tooltip>
          )}
        </div>
      </th>
      <td className="tp-split-cell">
        {isGrouped(tab) ? (
          totals !== undefined && <Course totals={totals} />
        ) : (
          <SplitBar of={row.sentiment} />
        )}
      </td>
      <td className="tp-num">{count(row.count)}</td>
      <td className={change.strong ? "tp-num tp-change tp-strong" : "tp-num tp-change"}>
        {mark !== "" && <span aria-hidden>{mark} </span>}
        {word !== "" && <span className="tp-hidden">{word} </span>}
        {change.text}
      </td>
    </tr>
  );
}
