import { useVirtualizer } from "@tanstack/react-virtual";
import type { Ref } from "react";
import type { Tweet } from "../api/client.ts";
import { TweetCard } from "./TweetCard.tsx";

interface Props {
  tweets: Tweet[];
  tz: string;
  label: string;
  busy: boolean;
  box: { current: HTMLDivElement | null };
  onReading: (part: "hover" | "focus" | "scroll", reading: boolean) => void;
  onValue: (operator: string, exclude: boolean) => void;
}

/** Newest first, only what is in sight is in the page. Hover, focus and scrolling tell that someone reads. */
export function LiveList({ tweets, tz, label, busy, box, onReading, onValue }: Props) {
  const virtual = useVirtualizer({
    count: tweets.length,
    getScrollElement: () => box.current,
    estimateSize: () => 88,
    overscan: 6,
    getItemKey: (index) => tweets[index]?.id ?? index,
  });
  return (
    <div
      ref={box as Ref<HTMLDivElement>}
      className="tp-feed"
      role="feed"
      aria-label={label}
      aria-busy={busy}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
      tabIndex={0}
      onPointerEnter={(event) => event.pointerType === "mouse" && onReading("hover", true)}
      onPointerLeave={() => onReading("hover", false)}
      onFocus={(event) => onReading("focus", event.target !== event.currentTarget)}
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && onReading("focus", false)}
      onScroll={(event) => onReading("scroll", event.currentTarget.scrollTop > 24)}
    >
      <div className="tp-feed-all" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((row) => {
          const tweet = tweets[row.index];
          if (tweet === undefined) return null;
          return (
            <article
              key={row.key}
              ref={virtual.measureElement}
              data-index={row.index}
              className="tp-feed-row"
              aria-posinset={row.index + 1}
              aria-setsize={tweets.length}
              aria-label={tweet.author.name ?? tweet.author.handle ?? tweet.author.id ?? tweet.id}
              style={{ transform: `translateY(${row.start}px)` }}
            >
              <TweetCard tweet={tweet} tz={tz} onValue={onValue} />
            </article>
          );
        })}
      </div>
    </div>
  );
}
