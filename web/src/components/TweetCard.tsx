import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { Tweet } from "../api/client.ts";
import { clockSeconds, languageName, none, signed, sourceName } from "../format.ts";
import { operatorFor } from "../state/operators.ts";
import { SentimentIcon, sentimentOf } from "./SentimentTag.tsx";
import { TweetText } from "./TweetText.tsx";

interface Props {
  tweet: Tweet;
  tz: string;
  onValue: (operator: string, exclude: boolean) => void;
}

export const TweetCard = memo(function TweetCard({ tweet, tz, onValue }: Props) {
  const { t } = useTranslation();
  const sentiment = sentimentOf(tweet.sentiment?.label);
  const { handle, name, id } = tweet.author;
  const score = tweet.sentiment?.score ?? null;
  return (
    <div className="tp-tweet">
      <SentimentIcon of={sentiment} />
      <div className="tp-tweet-body">
        <div className="tp-tweet-head">
          <bdi className="tp-tweet-name">{name ?? handle ?? id ?? none}</bdi>
          {handle !== null && (
            <button
              type="button"
              className="tp-tweet-handle"
              onClick={(event) => onValue(operatorFor("author", handle), event.altKey)}
            >
              @{handle}
            </button>
          )}
          <time dateTime={tweet.created_at}>{clockSeconds(tweet.created_at, tz)}</time>
        </div>
        <TweetText tweet={tweet} onValue={onValue} />
        <div className="tp-tweet-meta">
          <span>
            {t(`live.${sentiment}`)}
            {score !== null && ` ${signed(score)}`}
          </span>
          <span>{languageName(tweet.lang)}</span>
          <span>{sourceName(tweet.source)}</span>
          {tweet.kind !== "original" && <span>{t(`live.kinds.${tweet.kind}`)}</span>}
        </div>
      </div>
    </div>
  );
});
