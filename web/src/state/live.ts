/** What the live feed brought: a ring of tweets, ten minutes of rates, and what was missed. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { create } from "zustand";
import type { Tweet } from "../api/client.ts";
import { connectLive, type Gap, type LiveEvent, type LiveStatus, type Stats } from "../api/live.ts";
import { reload } from "../api/queries.ts";

export const ringSize = 2_000;
export const statsSize = 600;

export interface LiveState {
  status: LiveStatus;
  /** Newest first. */
  tweets: Tweet[];
  /** Oldest first, one a second. */
  stats: Stats[];
  gap: Gap | null;
  /** Deleted lately: whoever holds an older list leaves these out. */
  gone: ReadonlySet<string>;
  /** Tweets taken since the feed began, so that a paused list can count what came after. */
  taken: number;
}

const initial: LiveState = {
  status: "connecting",
  tweets: [],
  stats: [],
  gap: null,
  gone: new Set(),
  taken: 0,
};
export const useLive = create<LiveState>()(() => initial);

export function applyEvents(state: LiveState, events: LiveEvent[]): LiveState {
  let { gap, taken } = state;
  const fresh: Tweet[] = [];
  const stats: Stats[] = [];
  const gone = new Set<string>();
  for (const event of events) {
    if (event.type === "tweet") fresh.push(event.data);
    else if (event.type === "delete") gone.add(event.data.id);
    else if (event.type === "stats") stats.push(event.data);
    else if (event.type === "gap") gap = event.data;
    else if (event.type === "resync") gap = null;
  }
  let tweets = state.tweets;
  if (fresh.length > 0) {
    const seen = new Set(tweets.slice(0, 200).map((tweet) => tweet.id));
    const news = fresh.filter((tweet) => !seen.has(tweet.id) && seen.add(tweet.id)).reverse();
    taken += news.length;
    tweets = [...news, ...tweets].slice(0, ringSize);
  }
  if (gone.size > 0) tweets = tweets.filter((tweet) => !gone.has(tweet.id));
  const allGone = gone.size > 0 ? new Set([...state.gone, ...gone].slice(-500)) : state.gone;
  return {
    ...state,
    tweets,
    gap,
    gone: allGone,
    taken,
    stats: stats.length > 0 ? [...state.stats, ...stats].slice(-statsSize) : state.stats,
  };
}

export function dismissGap(): void {
  useLive.setState({ gap: null });
}

/** Keeps the feed of a question open while the page is. */
export function useLiveFeed(question: string): void {
  const queries = useQueryClient();
  useEffect(() => {
    useLive.setState({ ...initial }, true);
    return connectLive(question, {
      events: (events) => {
        useLive.setState((state) => applyEvents(state, events), true);
        if (events.some((event) => event.type === "resync" || event.type === "gap")) reload(queries);
      },
      status: (status) => useLive.setState({ status }),
      snapshot: () => {
        const { tweets, stats } = useLive.getState();
        return [
          ...stats.map((data): LiveEvent => ({ type: "stats", data })),
          ...tweets
            .slice(0, 200)
            .reverse()
            .map((data): LiveEvent => ({ type: "tweet", data })),
        ];
      },
    });
  }, [question, queries]);
}
