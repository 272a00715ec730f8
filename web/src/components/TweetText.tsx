import { Fragment, type ReactNode } from "react";
import type { Tweet } from "../api/client.ts";
import { operatorFor } from "../state/operators.ts";

interface Piece {
  start: number;
  end: number;
  show: (text: string) => ReactNode;
}

/** Control and direction characters as symbols, one for one, so that offsets stay true and no text can hide another. */
export function visible(point: string): string {
  const code = point.codePointAt(0) ?? 0;
  if (code === 0x0a || code === 0x09) return point;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  const steers =
    (code >= 0x80 && code <= 0x9f) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069);
  return steers ? "\ufffd" : point;
}

const webAddress = (text: string | null): string | null =>
  text !== null && /^https?:\/\//i.test(text) ? text : null;

interface Props {
  tweet: Tweet;
  onValue: (operator: string, exclude: boolean) => void;
}

/** The text of a tweet: text nodes only, its tags and addresses as what they are. */
export function TweetText({ tweet, onValue }: Props) {
  const points = Array.from(tweet.text, visible);
  const value = (operator: string) => (text: string) => (
    <button type="button" className="tp-value" onClick={(event) => onValue(operator, event.altKey)}>
      {text}
    </button>
  );
  const pieces: Piece[] = [
    ...(tweet.hashtags ?? []).map((tag) => ({ ...tag, show: value(operatorFor("hashtag", tag.tag)) })),
    ...(tweet.mentions ?? []).map((mention) => ({
      ...mention,
      show: value(operatorFor("mention", points.slice(mention.start, mention.end).join(""))),
    })),
    ...(tweet.urls ?? []).map((url) => {
      const href = webAddress(url.expanded_url ?? url.url);
      return {
        ...url,
        show: (text: string) =>
          href === null ? (
            text
          ) : (
            <a href={href} rel="noopener nofollow ugc" target="_blank">
              {text}
            </a>
          ),
      };
    }),
  ].sort((a, b) => a.start - b.start);

  const parts: ReactNode[] = [];
  let at = 0;
  for (const piece of pieces) {
    if (piece.start < at || piece.end > points.length || piece.end <= piece.start) continue;
    parts.push(points.slice(at, piece.start).join(""));
    parts.push(
      <Fragment key={piece.start}>{piece.show(points.slice(piece.start, piece.end).join(""))}</Fragment>,
    );
    at = piece.end;
  }
  parts.push(points.slice(at).join(""));
  return (
    <p
      className="tp-tweet-text"
      dir="auto"
      {...(tweet.lang !== null && tweet.lang !== "und" ? { lang: tweet.lang } : {})}
    >
      {parts}
    </p>
  );
}
