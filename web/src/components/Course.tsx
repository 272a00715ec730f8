/** The course of one row: a line from zero, its end marked. Drawn small and many times, so no library. */
const width = 84;
const height = 20;

export function Course({ totals }: { totals: number[] }) {
  if (totals.length < 2) return null;
  const most = Math.max(1, ...totals);
  const step = (width - 6) / (totals.length - 1);
  const points = totals.map(
    (total, index) => [1 + index * step, height - 3 - (total / most) * (height - 6)] as const,
  );
  const line = points
    .map(([x, y], index) => `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`)
    .join("");
  const [x = 0, y = 0] = points.at(-1) ?? [];
  return (
    <svg
      className="tp-course"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
    >
      <path d={line} />
      <circle cx={x} cy={y} r="2" />
    </svg>
  );
}
