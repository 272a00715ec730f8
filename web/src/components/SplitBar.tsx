import { useTranslation } from "react-i18next";
import { count } from "../format.ts";
import { type Sentiment, sentiments } from "./SentimentTag.tsx";

const order: Sentiment[] = ["negative", "neutral", "positive", "unscored"];

/** One value's tweets by sentiment, in the order of the chart's stack. */
export function SplitBar({ of }: { of: Record<Sentiment, number> }) {
  const { t } = useTranslation();
  const words = Object.fromEntries(sentiments.map((name) => [name, count(of[name])]));
  return (
    <span className="tp-split" role="img" aria-label={t("top.split", words as Record<Sentiment, string>)}>
      {order.map(
        (name) =>
          of[name] > 0 && <span key={name} className={`tp-swatch-${name}`} style={{ flexGrow: of[name] }} />,
      )}
    </span>
  );
}
