import { ArrowUpOutlined, CaretRightOutlined, PauseOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useCallback, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { TweetBones } from "../../components/Bones.tsx";
import { LiveList } from "../../components/LiveList.tsx";
import { percent, rate } from "../../format.ts";
import { useLive } from "../../state/live.ts";
import { useView } from "../../state/view.ts";
import { usePausable } from "./pausable.ts";

/** Tweets as they become searchable. Reading pauses it; what came meanwhile is counted. */
export function LiveFeed() {
  const { t } = useTranslation();
  const { view, filter } = useView();
  const box = useRef<HTMLDivElement>(null);
  const { tweets, fresh, stopped, reading, toggle, setReading, jump } = usePausable();
  const top = useCallback(() => {
    jump();
    box.current?.scrollTo({ top: 0 });
  }, [jump]);
  useEffect(() => {
    window.addEventListener("tp:pause", toggle);
    window.addEventListener("tp:newest", top);
    return () => {
      window.removeEventListener("tp:pause", toggle);
      window.removeEventListener("tp:newest", top);
    };
  }, [toggle, top]);
  return (
    <section className="tp-live" id="live" aria-labelledby="live-title">
      <header className="tp-live-head">
        <h2 className="tp-h2" id="live-title">
          {t("live.title")}
        </h2>
        {tweets.length > 0 && <Pace stopped={stopped} reading={reading} />}
        {!view.kiosk && tweets.length > 0 && (
          <Button
            size="small"
            className="tp-live-button"
            icon={stopped ? <CaretRightOutlined /> : <PauseOutlined />}
            onClick={toggle}
          >
            {stopped ? t("live.resume") : t("live.pause")}
          </Button>
        )}
      </header>
      {fresh > 0 && (
        <button type="button" className="tp-fresh" onClick={top}>
          <ArrowUpOutlined aria-hidden /> {t("live.fresh", { count: fresh })}
        </button>
      )}
      <Missed />
      <Said fresh={fresh} />
      {tweets.length === 0 ? (
        <div className="tp-live-wait">
          <p className="tp-note">{t("live.waiting")}</p>
          <TweetBones />
        </div>
      ) : (
        <LiveList
          box={box}
          tweets={tweets}
          tz={view.tz}
          label={t("live.list")}
          busy={false}
          onReading={setReading}
          onValue={filter}
        />
      )}
    </section>
  );
}

function Pace({ stopped, reading }: { stopped: boolean; reading: boolean }) {
  const { t } = useTranslation();
  const stats = useLive((state) => state.stats.at(-1));
  if (reading) return <span className="tp-note">{t("live.reading")}</span>;
  if (stopped) return <span className="tp-note">{t("live.paused")}</span>;
  if (stats === undefined) return null;
  const share = stats.sample_rate < 1 ? t("live.shown", { share: percent(stats.sample_rate, 1) }) : "";
  return (
    <span className="tp-note">
      {t("live.perSecond", { rate: rate(stats.matched_per_s) })}
      {share}
    </span>
  );
}

function Missed() {
  const { t } = useTranslation();
  const gap = useLive((state) => state.gap);
  if (gap === null) return null;
  return <p className="tp-missed">{t("live.missed", { count: gap.dropped })}</p>;
}

const sayEvery = 10_000;

/** Tells a screen reader how many are new, at most once in ten seconds. */
function Said({ fresh }: { fresh: number }) {
  const { t } = useTranslation();
  const region = useRef<HTMLSpanElement>(null);
  const newest = useRef(fresh);
  newest.current = fresh;
  useEffect(() => {
    const timer = setInterval(() => {
      if (region.current === null) return;
      const text = newest.current === 0 ? "" : t("live.said", { count: newest.current });
      if (region.current.textContent !== text) region.current.textContent = text;
    }, sayEvery);
    return () => clearInterval(timer);
  }, [t]);
  return <span ref={region} className="tp-hidden" aria-live="polite" />;
}
