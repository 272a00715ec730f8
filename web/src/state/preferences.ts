/** Preferences of this browser, kept in local storage. */
import { useSyncExternalStore } from "react";
import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { Scheme } from "../theme.ts";

export type ThemeChoice = "light" | "dark" | "system";

interface Preferences {
  theme: ThemeChoice;
  setTheme: (theme: ThemeChoice) => void;
}

export const usePreferences = create<Preferences>()(
  persist((set) => ({ theme: "system", setTheme: (theme) => set({ theme }) }), {
    name: "tweetpulse.preferences",
  }),
);

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = window.matchMedia(query);
      list.addEventListener("change", changed);
      return () => list.removeEventListener("change", changed);
    },
    () => window.matchMedia(query).matches,
    () => false,
  );
}

export function useScheme(): Scheme {
  const choice = usePreferences((state) => state.theme);
  const dark = useMedia("(prefers-color-scheme: dark)");
  if (choice === "system") return dark ? "dark" : "light";
  return choice;
}
