import { BarChartOutlined, DownloadOutlined, TableOutlined } from "@ant-design/icons";
import { Button, Segmented } from "antd";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SentimentAnswer } from "../../api/client.ts";
import { ChartBones } from "../../components/Bones.tsx";
import { Chart } from "../../components/Chart.tsx";
import { hatch } from "../../components/chart/hatch.ts";
import { download } from "../../components/download.ts";
import { type Asked, QueryState } from "../../components/QueryState.tsx";
import { type Sentiment, sentiments } from "../../components/SentimentTag.tsx";
import { count, longDay, none, percent, rate, zoneName } from "../../format.ts";
import { useMedia, useScheme } from "../../state/preferences.ts";
import { intervalsFor, resolveTime } from "../../state/range.ts";
import { useView } from "../../state/view.ts";
import { palettes } from "../../theme.ts";
import { VolumeTable } from "./VolumeTable.tsx";
import { csvOf, labelOf, spanOf, summarise, volumeOption } from "./volume.ts";

interface Props {
  sentiment: Asked<SentimentAnswer>;
  first: boolean;
}

/** Tweets by time and sentiment: a chart, the same as a table, and one sentence. */
export function Volume({ sentiment, first }: Props) {
  return (
    <section className="tp-dash-volume">
      <QueryState query={sentiment} skeleton={<ChartBones />}>
        {(answer) => <Loaded answer={answer} first={first} />}
      </QueryState>
    </section>
  );
}

type UnitKey = "10s" | "1m" | "5m" | "15m" | "1h" | "6h" | "1d" | "1w" | "1mo";

function Loaded({ answer, first }: { answer: SentimentAnswer; first: boolean }) {
  const { t } = useTranslation();
  const { view, change, params } = useView();
  const table = params.get("view") === "table";
  const [hidden, setHidden] = useState<ReadonlySet<Sentiment>>(new Set());
  useEffect(() => {
    const turn = () => change({ view: table ? null : "table" });
    window.addEventListener("tp:table", turn);
    return () => window.removeEventListener("tp:table", turn);
  }, [change, table]);
  const start = answer.data[0]?.start;
  const day = start === undefined ? "" : longDay(start, view.tz);
  const zone = start === undefined ? view.tz : zoneName(start, view.tz);
  const toggle = (name: Sentiment) => {
    const next = new Set(hidden);
    if (!next.delete(name)) next.add(name);
    if (next.size < sentiments.length) setHidden(next);
  };
  return (
    <>
      <header className="tp-section-head">
        <div>
          <h2 className="tp-chart-title">
            {t("volume.title", { unit: t(`volume.units.${answer.meta.interval as UnitKey}`) })}
          </h2>
          <p className="tp-sub">{first ? t("volume.subEmpty") : t("volume.sub", { day, zone })}</p>
        </div>
        {!first && !view.kiosk && <Controls table={table} />}
      </header>
      {!first && <Legend answer={answer} hidden={hidden} onToggle={toggle} />}
      {table && !first ? (
        <VolumeTable data={answer.data} />
      ) : (
        <Columns answer={answer} hidden={hidden} quiet={first} />
      )}
    </>
  );
}

function Controls({ table }: { table: boolean }) {
  const { t } = useTranslation();
  const { view, change } = useView();
  const now = Date.now();
  const length = (resolveTime(view.to, view.tz, now) ?? now) - (resolveTime(view.from, view.tz, now) ?? now);
  const intervals = intervalsFor(length);
  return (
    <div className="tp-section-tools">
      <Segmented
        size="small"
        name="interval"
        aria-label={t("volume.interval")}
        value={intervals.find((known) => known === view.interval) ?? "auto"}
        onChange={(value) => change({ interval: value === "auto" ? null : value })}
        options={intervals.map((value) => ({
          value,
          label: value === "auto" ? t("volume.auto") : t(`volume.short.${value}`),
        }))}
      />
      <Segmented
        size="small"
        name="shape"
        aria-label={t("volume.shape")}
        value={table ? "table" : "chart"}
        onChange={(value) => change({ view: value === "table" ? "table" : null })}
        options={[
          { value: "chart", label: t("volume.chart"), icon: <BarChartOutlined /> },
          { value: "table", label: t("volume.table"), icon: <TableOutlined /> },
        ]}
      />
    </div>
  );
}

interface LegendProps {
  answer: SentimentAnswer;
  hidden: ReadonlySet<Sentiment>;
  onToggle: (name: Sentiment) => void;
}

function Legend({ answer: { summary }, hidden, onToggle }: LegendProps) {
  const { t } = useTranslation();
  return (
    <ul className="tp-legend">
      {sentiments.map((name) => {
        const words = {
          name: t(`volume.${name}`),
          n: count(summary[name]),
          share: percent(summary[name], summary.total),
        };
        return (
          <li key={name}>
            <button
              type="button"
              aria-pressed={!hidden.has(name)}
              aria-label={t("volume.toggle", words)}
              onClick={() => onToggle(name)}
            >
              <span className={`tp-swatch tp-swatch-${name}`} aria-hidden />
              <span>{words.name}</span>
              <strong>{words.n}</strong>
              <span className="tp-legend-share">{words.share === none ? "" : words.share}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

interface ColumnsProps {
  answer: SentimentAnswer;
  hidden: ReadonlySet<Sentiment>;
  quiet: boolean;
}

function Columns({ answer, hidden, quiet }: ColumnsProps) {
  const { t } = useTranslation();
  const { view, change } = useView();
  const { tz } = view;
  const scheme = useScheme();
  const narrow = useMedia("(max-width: 575.98px)");
  const palette = palettes[scheme];
  const fills = useMemo(
    () => ({
      unscored: hatch(palette.neutral, 1.5, 2),
      gap: hatch(palette.hatch, 1, 4),
      ribbonGap: hatch(palette.textSecondary, 1.2, 2),
    }),
    [palette],
  );
  const option = useMemo(() => {
    const words = {
      unfinished: t("volume.unfinished"),
      connected: (share: string) => t("volume.notConnected", { share }),
    };
    const names = {
      positive: t("volume.positive"),
      neutral: t("volume.neutral"),
      negative: t("volume.negative"),
      unscored: t("volume.unscored"),
    };
    return volumeOption({
      data: answer.data,
      bareAxes: quiet,
      tz,
      now: Date.now(),
      palette,
      fills,
      hidden,
      names,
      narrow,
      words,
    });
  }, [answer, tz, palette, fills, hidden, narrow, quiet, t]);
  const sentence = useSentence(answer);
  const choose = (from: number, to: number) => {
    const first = answer.data[Math.max(0, from)];
    const last = answer.data[Math.min(answer.data.length - 1, to)];
    if (first !== undefined && last !== undefined)
      change({ from: first.start, to: last.end, interval: null });
  };
  const save = () => download("tweetpulse-volume.csv", "text/csv", csvOf(answer.data));
  return (
    <Chart
      option={option}
      bare={quiet}
      height={quiet ? "small" : "volume"}
      summary={quiet ? t("volume.subEmpty") : sentence}
      {...(view.kiosk ? {} : { onRange: choose })}
      actions={
        !quiet &&
        !view.kiosk && (
          <Button type="link" size="small" icon={<DownloadOutlined />} onClick={save}>
            {t("volume.csv")}
          </Button>
        )
      }
    />
  );
}

/** Range, total, peak, what is missing. */
function useSentence(answer: SentimentAnswer): string {
  const { t } = useTranslation();
  const { tz } = useView().view;
  const summary = summarise(answer, Date.now());
  if (summary === null) return t("state.nothing");
  const label = (time: string) => labelOf(time, answer.data, tz);
  const head = t("volume.summary", {
    total: count(summary.total),
    from: label(summary.from),
    to: label(summary.to),
    peak: count(summary.peak.total),
    at: label(summary.peak.start),
  });
  const times = summary.times === null ? "" : t("volume.median", { times: rate(summary.times) });
  if (summary.gaps.length === 0) return `${head}${times}${t("volume.noGap")}`;
  const spans = summary.gaps
    .slice(0, 3)
    .map(({ from, to }) => spanOf({ start: from, end: to }, answer.data, tz));
  const whole = summary.gaps.some((gap) => gap.whole);
  return `${head}${times}${t(whole ? "volume.gap" : "volume.partly", { spans: spans.join(", ") })}`;
}
