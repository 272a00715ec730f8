/** Skeletons in the shape of the data. Widths are classes: nothing here writes style into markup. */
const bars = [
  40, 44, 42, 48, 46, 50, 43, 41, 46, 54, 48, 44, 42, 46, 52, 47, 44, 42, 46, 96, 90, 82, 74, 70, 64, 60, 57,
  55, 68, 63, 58,
];

export function Bone({ size = "m" }: { size?: "xs" | "s" | "m" | "l" | "xl" | "figure" }) {
  return <span className={`tp-bone tp-bone-${size}`} />;
}

export function ChartBones() {
  return (
    <div className="tp-bones-chart" aria-hidden>
      <Bone size="l" />
      <div className="tp-bones-legend">
        <Bone size="m" />
        <Bone size="m" />
        <Bone size="m" />
        <Bone size="m" />
      </div>
      <svg viewBox="0 0 310 100" preserveAspectRatio="none" className="tp-bones-plot" aria-hidden="true">
        {bars.map((height, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: fixed drawing
          <rect key={index} x={index * 10} y={100 - height} width="8.500" height={height} />
        ))}
      </svg>
    </div>
  );
}

export function RowBones({ rows = 9 }: { rows?: number }) {
  return (
    <div className="tp-bones-rows" aria-hidden>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: fixed drawing
        <div key={index}>
          <Bone size={index % 3 === 0 ? "l" : "m"} />
          <Bone size="s" />
          <Bone size="xs" />
        </div>
      ))}
    </div>
  );
}

export function TweetBones({ rows = 3 }: { rows?: number }) {
  return (
    <div className="tp-bones-tweets" aria-hidden>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: fixed drawing
        <div key={index}>
          <span className="tp-bone tp-bone-disc" />
          <div>
            <Bone size="m" />
            <Bone size="xl" />
            <Bone size="l" />
          </div>
        </div>
      ))}
    </div>
  );
}
