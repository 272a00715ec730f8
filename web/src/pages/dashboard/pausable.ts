import { useCallback, useEffect, useMemo, useState } from "react";
import type { Tweet } from "../../api/client.ts";
import { useLive } from "../../state/live.ts";

interface Frozen {
  tweets: Tweet[];
  taken: number;
}

const freeze = (): Frozen => {
  const { tweets, taken } = useLive.getState();
  return { tweets, taken };
};

type Part = "hover" | "focus" | "scroll";

/** The live list as it is read: stopped by the button, or while someone reads it. */
export function usePausable() {
  const tweets = useLive((state) => state.tweets);
  const taken = useLive((state) => state.taken);
  const gone = useLive((state) => state.gone);
  const [pressed, setPressed] = useState(false);
  const [parts, setParts] = useState<Record<Part, boolean>>({ hover: false, focus: false, scroll: false });
  const [frozen, setFrozen] = useState<Frozen | null>(null);
  const read = parts.hover || parts.focus || parts.scroll;
  const stopped = pressed || read;

  useEffect(() => setFrozen(stopped ? freeze() : null), [stopped]);

  const setReading = useCallback(
    (part: Part, reading: boolean) =>
      setParts((all) => (all[part] === reading ? all : { ...all, [part]: reading })),
    [],
  );
  const toggle = useCallback(() => {
    setPressed(!stopped);
    if (stopped) setParts({ hover: false, focus: false, scroll: false });
  }, [stopped]);
  const jump = useCallback(() => {
    setPressed(false);
    setFrozen((before) => (before === null ? null : freeze()));
  }, []);

  const held = frozen !== null && frozen.taken <= taken ? frozen : null;
  const shown = useMemo(
    () => (held === null ? tweets : held.tweets.filter((tweet) => !gone.has(tweet.id))),
    [held, tweets, gone],
  );
  return {
    tweets: shown,
    fresh: held === null ? 0 : taken - held.taken,
    stopped,
    reading: read && !pressed,
    toggle,
    setReading,
    jump,
  };
}
