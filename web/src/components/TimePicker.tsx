import { CalendarOutlined, DownOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { sameDay, span, zoneName } from "../format.ts";
import { resolveTime } from "../state/range.ts";
import { useView, type View } from "../state/view.ts";
import { Pop } from "./Pop.tsx";
import { quickOf, shortOf } from "./quickRanges.ts";

const TimeForm = lazy(() => import("./TimeForm.tsx"));

/** The clock of the label: it moves by itself while the range ends now. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function spanOf(view: View, now: number): string {
  const from = resolveTime(view.from, view.tz, now);
  const to = resolveTime(view.to, view.tz, now);
  if (from === null || to === null) return "";
  const text = span(from, to, view.tz);
  return sameDay(from, to, view.tz) ? `${text} ${zoneName(to, view.tz)}` : text;
}

export function TimePicker({ compact }: { compact: boolean }) {
  const { t } = useTranslation();
  const { view } = useView();
  const [open, setOpen] = useState(false);
  const now = useNow();
  const quick = quickOf(view);
  const name = quick === undefined ? t("time.custom") : t(`time.last.${quick.from}`);
  const times = spanOf(view, now);
  useEffect(() => {
    const show = () => setOpen(true);
    window.addEventListener("tp:time", show);
    return () => window.removeEventListener("tp:time", show);
  }, []);
  return (
    <Pop
      open={open}
      onOpen={setOpen}
      label={t("time.label")}
      content={
        <Suspense fallback={<div className="tp-time" />}>
          <TimeForm onDone={() => setOpen(false)} now={now} />
        </Suspense>
      }
    >
      <Button
        className="tp-time-button"
        icon={<CalendarOutlined />}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={`${t("time.label")}: ${name} ${times}`}
      >
        {compact ? (
          <span>{quick === undefined ? name : shortOf(quick, t)}</span>
        ) : (
          <span className="tp-time-label">
            <span>{name}</span>
            <span className="tp-time-span">{times}</span>
            <DownOutlined className="tp-caret" aria-hidden />
          </span>
        )}
      </Button>
    </Pop>
  );
}
