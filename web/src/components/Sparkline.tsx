import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useScheme } from "../state/preferences.ts";
import { palettes } from "../theme.ts";

interface Props {
  values: number[];
  height: number;
}

/** A line from zero with its end marked. It has no words of its own: the figure beside it has. */
export function Sparkline({ values, height }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(values);
  latest.current = values;
  const scheme = useScheme();
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const { series, seriesFill } = palettes[scheme];
    const options: uPlot.Options = {
      width: Math.max(40, element.clientWidth),
      height,
      pxAlign: 0,
      padding: [4, 6, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: { x: { time: false }, y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.15)] } },
      axes: [{ show: false }, { show: false }],
      series: [{}, { stroke: series, fill: seriesFill, width: 1.5, pxAlign: 0, points: { show: false } }],
      hooks: { draw: [(drawn) => endDot(drawn, series)] },
    };
    const made = new uPlot(options, dataOf(latest.current), element);
    plot.current = made;
    const observer = new ResizeObserver(() =>
      made.setSize({ width: Math.max(40, element.clientWidth), height }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [scheme, height]);
  useEffect(() => plot.current?.setData(dataOf(values)), [values]);
  return <div ref={box} className="tp-sparkline" aria-hidden />;
}

const dataOf = (values: number[]): uPlot.AlignedData => [values.map((_, index) => index), values];

function endDot(plot: uPlot, colour: string): void {
  const [xs, ys] = plot.data;
  const last = xs.length - 1;
  const x = xs[last];
  const y = ys?.[last];
  if (x === undefined || y === undefined || y === null) return;
  const { ctx } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.arc(plot.valToPos(x, "x", true), plot.valToPos(y, "y", true), 2.5 * uPlot.pxRatio, 0, 2 * Math.PI);
  ctx.fillStyle = colour;
  ctx.fill();
  ctx.restore();
}
