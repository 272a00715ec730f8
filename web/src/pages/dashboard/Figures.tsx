import { Tooltip } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { SentimentAnswer } from "../../api/client.ts";
import { useIngestion, usePrevious, useRanking } from "../../api/queries.ts";
import { Bone } from "../../components/Bones.tsx";
import type { Asked } from "../../components/QueryState.tsx";
import { quickOf } from "../../components/quickRanges.ts";
import { Sparkline } from "../../components/Sparkline.tsx";
import {
  changeOf,
  count,
  countOf,
  duration,
  durationText,
  none,
  percent,
  rate,
  signed,
} from "../../format.ts";
import { useView } from "../../state/view.ts";
import { useRates } from "./rates.ts";

interface FigureProps {
  label: string;
  value: ReactNode;
  note: ReactNode;
  hint?: string;
  pending?: boolean;
  /** Nothing to count yet. */
  calm?: boolean;
}

function Figure({ label, value, note, hint, pending = false, calm = false }: FigureProps) {
  const name =
    hint === undefined ? label : <Tooltip title={hint}>{<span className="tp-hint">{label}</span>}</Tooltip>;
  return (
    <div className={calm ? "tp-fig tp-fig-calm" : "tp-fig"}>
      <dt>{name}</dt>
      <dd className="tp-fig-value">{pending ? <Bone size="figure" /> : value}</dd>
      <dd className="tp-fig-note">{pending ? <Bone size="m" /> : note}</dd>
    </div>
  );
}

export function Figures({ sentiment }: { sentiment: Asked<SentimentAnswer> }) {
  const { t } = useTranslation();
  return (
    <dl className="tp-figures" aria-label={t("figures.label")}>
      <Rate />
      <Total sentiment={sentiment} />
      <Authors sentiment={sentiment} />
      <Net sentiment={sentiment} />
      <Lag />
      <DeadLetters />
    </dl>
  );
}

function Rate() {
  const { t } = useTranslation();
  const { now, line, seconds, connected } = useRates();
  const minutes = Math.max(1, Math.min(10, Math.round(seconds / 60)));
  const wait = connected ? t("figures.rateWait") : t("figures.rateConnect");
  const note = now > 0 ? t("figures.rateNote", { minutes: t("figures.minute", { count: minutes }) }) : wait;
  return (
    <div className={now > 0 ? "tp-fig tp-fig-first" : "tp-fig tp-fig-first tp-fig-calm"}>
      <dt>{t("figures.rate")}</dt>
      <dd className="tp-fig-value">{connected ? rate(now) : none}</dd>
      <dd className="tp-fig-note">{note}</dd>
      {line.length > 1 && (
        <dd className="tp-fig-line">
          <Sparkline values={line} height={44} />
        </dd>
      )}
    </div>
  );
}

const marks = { up: "▲ ", down: "▼ ", same: "", new: "", unknown: "" };

function Total({ sentiment: { data, error } }: { sentiment: Asked<SentimentAnswer> }) {
  const { t } = useTranslation();
  const { view } = useView();
  const previous = usePrevious(view).data;
  const total = data?.summary.total;
  const quick = quickOf(view);
  const label = quick === undefined ? t("figures.total") : t(`time.last.${quick.from}`);
  let note = "";
  if (total !== undefined && total > 0 && previous !== undefined) {
    const change = changeOf(total, previous);
    const text = `${marks[change.direction]}${change.text}`;
    if (change.direction === "new") note = t("figures.fresh");
    else if (change.direction === "same") note = t("figures.same");
    else note = t(quick?.from === "now-1h" ? "figures.changeHour" : "figures.change", { change: text });
  }
  return (
    <Figure
      label={label}
      value={count(total)}
      note={note}
      pending={total === undefined && error === null}
      calm={!total}
    />
  );
}

function Authors({ sentiment }: { sentiment: Asked<SentimentAnswer> }) {
  const { t } = useTranslation();
  const { view } = useView();
  const { data, error } = useRanking("authors", view);
  const meta = data?.meta;
  const total = sentiment.data?.summary.total;
  const each =
    meta !== undefined && meta.distinct > 0 && total !== undefined ? rate(total / meta.distinct) : null;
  return (
    <Figure
      label={t("figures.authors")}
      value={meta === undefined ? none : countOf(meta.distinct, meta.distinct_relation)}
      calm={!meta?.distinct}
      note={
        each === null || total === 0 || meta?.distinct_relation === "gte"
          ? ""
          : t("figures.each", { n: each })
      }
      pending={meta === undefined && error === null}
    />
  );
}

function Net({ sentiment: { data, error } }: { sentiment: Asked<SentimentAnswer> }) {
  const { t } = useTranslation();
  const summary = data?.summary;
  const note =
    summary === undefined || summary.total === 0
      ? ""
      : t("figures.netNote", {
          n: count(summary.total - summary.unscored),
          share: percent(summary.unscored, summary.total),
        });
  return (
    <Figure
      label={t("figures.net")}
      value={signed(summary?.net)}
      note={note}
      pending={data === undefined && error === null}
      calm={summary?.net == null}
    />
  );
}

function Lag() {
  const { t } = useTranslation();
  const { p95, lag } = useRates();
  if (p95 === null || lag === null)
    return <Figure label={t("figures.lag")} hint={t("figures.lagHint")} value={none} note="" calm />;
  const { value, unit } = duration(p95);
  return (
    <Figure
      label={t("figures.lag")}
      hint={t("figures.lagHint")}
      value={
        <>
          {value}
          <span className="tp-unit"> {unit}</span>
        </>
      }
      note={t("figures.lagNote", { lag: durationText(lag) })}
    />
  );
}

function DeadLetters() {
  const { t } = useTranslation();
  const { data, error } = useIngestion();
  const groups = data?.data.queue.groups;
  const dead = groups?.reduce((sum, group) => sum + group.dead_letters, 0);
  const accepted = data?.data.ledger.accepted ?? 0;
  const note =
    dead === undefined
      ? ""
      : dead === 0
        ? t("figures.deadNone")
        : t("figures.deadOf", { n: count(accepted) });
  return (
    <Figure
      label={t("figures.dead")}
      value={count(dead)}
      note={accepted === 0 && dead === 0 ? "" : note}
      calm={accepted === 0 && !dead}
      pending={data === undefined && error === null}
    />
  );
}
