import { FrownOutlined, MehOutlined, MinusCircleOutlined, SmileOutlined } from "@ant-design/icons";

export type Sentiment = "positive" | "neutral" | "negative" | "unscored";
export const sentiments: Sentiment[] = ["positive", "neutral", "negative", "unscored"];

const icons = {
  positive: SmileOutlined,
  neutral: MehOutlined,
  negative: FrownOutlined,
  unscored: MinusCircleOutlined,
};

/** The sign of a sentiment; its word always stands near. */
export function SentimentIcon({ of }: { of: Sentiment }) {
  const Icon = icons[of];
  return <Icon className={`tp-sentiment tp-sentiment-${of}`} aria-hidden />;
}

export const sentimentOf = (label: string | null | undefined): Sentiment =>
  sentiments.find((known) => known === label) ?? "unscored";
