import { App, Button, Input, Segmented } from "antd";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { resolveTime } from "../state/range.ts";
import { browserZone, useView } from "../state/view.ts";
import { ChoiceList } from "./ChoiceList.tsx";
import { focusFirst } from "./Pop.tsx";
import { type Quick, quickOf, quickRanges } from "./quickRanges.ts";

interface Props {
  now: number;
  onDone: () => void;
}

/** Quick ranges, exact times, the zone, and a link that keeps. */
export default function TimeForm({ now, onDone }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { view, change } = useView();
  const [from, setFrom] = useState(view.from);
  const [to, setTo] = useState(view.to);
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => focusFirst(panel.current), []);
  const start = resolveTime(from.trim(), view.tz, now);
  const end = resolveTime(to.trim(), view.tz, now);
  const backwards = start !== null && end !== null && start >= end;
  const fault = start === null || end === null ? t("time.unreadable") : backwards ? t("time.backwards") : "";

  const quick = (value: Quick["from"]) => {
    change({ from: value === "now-1h" ? null : value, to: null, interval: null });
    onDone();
  };
  const apply = (event: FormEvent) => {
    event.preventDefault();
    if (fault !== "") return;
    change({ from: from.trim(), to: to.trim(), interval: null });
    onDone();
  };
  const zoomOut = () => {
    if (start === null || end === null) return;
    const half = (end - start) / 2;
    change({
      from: new Date(start - half).toISOString(),
      to: new Date(end + half).toISOString(),
      interval: null,
    });
    onDone();
  };
  const copyLink = async () => {
    if (start === null || end === null) return;
    const link = new URL(window.location.href);
    link.searchParams.set("from", new Date(start).toISOString());
    link.searchParams.set("to", new Date(end).toISOString());
    link.searchParams.set("tz", view.tz);
    await navigator.clipboard?.writeText(link.toString());
    message.success(t("time.linkCopied"));
  };
  const mine = browserZone();
  const zones = [...new Set([mine, "UTC", view.tz])];
  return (
    <div className="tp-time" ref={panel}>
      <section>
        <h2 className="tp-label">{t("time.quick")}</h2>
        <ChoiceList
          label={t("time.quick")}
          value={quickOf(view)?.from ?? null}
          options={quickRanges.map((range) => ({ value: range.from, label: t(`time.last.${range.from}`) }))}
          onChoose={quick}
        />
      </section>
      <form onSubmit={apply}>
        <h2 className="tp-label">{t("time.exact")}</h2>
        <label htmlFor={`${id}-from`}>{t("time.from")}</label>
        <Input
          id={`${id}-from`}
          value={from}
          onChange={(event) => setFrom(event.target.value)}
          aria-describedby={`${id}-hint`}
        />
        <label htmlFor={`${id}-to`}>{t("time.to")}</label>
        <Input
          id={`${id}-to`}
          value={to}
          onChange={(event) => setTo(event.target.value)}
          aria-describedby={`${id}-hint`}
        />
        <p id={`${id}-hint`} className={fault === "" ? "tp-note" : "tp-note tp-fault"} aria-live="polite">
          {fault === "" ? t("time.hint") : fault}
        </p>
        <div className="tp-time-actions">
          <Button type="primary" htmlType="submit" disabled={fault !== ""}>
            {t("time.apply")}
          </Button>
          <Button onClick={zoomOut}>{t("time.zoomOut")}</Button>
        </div>
        <h2 className="tp-label">{t("time.zone")}</h2>
        <Segmented
          size="small"
          name={`${id}-zone`}
          aria-label={t("time.zone")}
          value={view.tz}
          onChange={(zone) => change({ tz: zone === mine ? null : zone })}
          options={zones.map((zone) => ({ value: zone, label: zone }))}
        />
        <Button type="link" size="small" className="tp-copy-link" onClick={() => void copyLink()}>
          {t("time.copyLink")}
        </Button>
      </form>
    </div>
  );
}
