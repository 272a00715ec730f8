import { type PointerEvent, type ReactNode, useDeferredValue, useEffect, useRef, useState } from "react";
import type { EChartsCoreOption, EChartsType } from "./chart/engine.ts";

interface Props {
  option: EChartsCoreOption;
  /** One sentence that says what is drawn. */
  summary: string;
  height: "volume" | "small";
  actions?: ReactNode;
  /** The sentence stands elsewhere on the page: here only for those who do not see the drawing. */
  bare?: boolean;
  /** A drag over columns, from and to included. */
  onRange?: (from: number, to: number) => void;
}

interface Drag {
  start: number;
  end: number;
}

/** The only user of ECharts. The library comes in its own chunk, the first time a chart is shown. */
export function Chart({ option, summary, height, actions, bare = false, onRange }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const late = useDeferredValue(option);
  const latest = useRef(late);
  latest.current = late;
  const [drag, setDrag] = useState<Drag | null>(null);
  const [ready, setReady] = useState(false);

  useEffect(() => {
    let gone = false;
    let observer: ResizeObserver | undefined;
    void import("./chart/engine.ts").then(({ init }) => {
      const element = box.current;
      if (gone || element === null) return;
      const made = init(element, null, {
        renderer: "canvas",
        devicePixelRatio: Math.max(2, window.devicePixelRatio),
      });
      made.setOption(latest.current);
      chart.current = made;
      observer = new ResizeObserver(() => made.resize());
      observer.observe(element);
      setReady(true);
    });
    return () => {
      gone = true;
      observer?.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => chart.current?.setOption(late, { replaceMerge: ["series"] }), [late]);

  const x = (event: PointerEvent<HTMLDivElement>) =>
    event.clientX - event.currentTarget.getBoundingClientRect().left;
  const down = (event: PointerEvent<HTMLDivElement>) => {
    if (onRange === undefined || event.button !== 0 || event.pointerType === "touch") return;
    setDrag({ start: x(event), end: x(event) });
    chart.current?.dispatchAction({ type: "hideTip" });
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent<HTMLDivElement>) => drag !== null && setDrag({ ...drag, end: x(event) });
  const up = () => {
    setDrag(null);
    const made = chart.current;
    if (drag === null || made === null || Math.abs(drag.end - drag.start) < 6) return;
    const columnAt = (pixel: number) => Math.round(Number(made.convertFromPixel({ xAxisIndex: 0 }, pixel)));
    const [from, to] = [columnAt(drag.start), columnAt(drag.end)].sort((a, b) => a - b);
    if (from !== undefined && to !== undefined && Number.isFinite(from + to)) onRange?.(from, to);
  };
  const [left, width] =
    drag === null ? [0, 0] : [Math.min(drag.start, drag.end), Math.abs(drag.end - drag.start)];
  return (
    <figure className="tp-figure">
      <div
        className={`tp-plot tp-plot-${height}`}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={() => setDrag(null)}
        data-ready={ready}
      >
        <div ref={box} role="img" aria-label={summary} className="tp-canvas" />
        {width > 0 && <div className="tp-brush" style={{ left, width }} />}
      </div>
      <figcaption className={bare ? "tp-hidden" : undefined}>
        <span>{summary}</span>
        {actions}
      </figcaption>
    </figure>
  );
}
