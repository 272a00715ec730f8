/** Rail, top bar and the page: the frame of every route. */
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Outlet, useLocation, useMatches } from "react-router";
import { useLiveFeed } from "../state/live.ts";
import { useMedia } from "../state/preferences.ts";
import { useView } from "../state/view.ts";
import { FilterBar } from "./FilterBar.tsx";
import { Keyboard } from "./Keyboard.tsx";
import { Rail } from "./Rail.tsx";
import { TopBar } from "./TopBar.tsx";

const RailDrawer = lazy(() => import("./RailDrawer.tsx"));

interface Handle {
  title?: "rail.dashboard" | "lost.title";
  /** The page has a time range. */
  timed?: boolean;
}

function useHandle(): Handle {
  const matches = useMatches();
  return (matches.at(-1)?.handle ?? {}) as Handle;
}

export function Shell() {
  const { t } = useTranslation();
  const { view } = useView();
  const { title = "rail.dashboard", timed = false } = useHandle();
  const wide = useMedia("(min-width: 1200px)");
  const phone = useMedia("(max-width: 767.98px)");
  const [menu, setMenu] = useState(false);
  const [opened, setOpened] = useState(false);
  const [keys, setKeys] = useState(false);
  const { pathname } = useLocation();
  useLiveFeed(view.question);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the menu
  useEffect(() => setMenu(false), [pathname]);
  useEffect(() => {
    document.title = [t(title), view.question, t("app")].filter((part) => part !== "").join(" · ");
  }, [t, title, view.question]);

  if (view.kiosk) {
    return (
      <main id="main" className="tp-main tp-kiosk">
        <h1 className="tp-hidden">{t(title)}</h1>
        <Outlet />
      </main>
    );
  }
  const openMenu = () => {
    setOpened(true);
    setMenu(true);
  };
  const openKeys = () => {
    setMenu(false);
    setKeys(true);
  };
  return (
    <div className="tp-shell">
      <a className="tp-skip" href="#main">
        {t("skip")}
      </a>
      {phone ? (
        <Suspense>
          {opened && <RailDrawer open={menu} onClose={() => setMenu(false)} onKeys={openKeys} />}
        </Suspense>
      ) : (
        <Rail narrow={!wide} onKeys={openKeys} />
      )}
      <div className="tp-page">
        <TopBar title={t(title)} timed={timed} {...(phone ? { onMenu: openMenu } : {})} />
        <main id="main" className="tp-main" tabIndex={-1}>
          {timed && <FilterBar />}
          <Outlet />
        </main>
      </div>
      <Keyboard open={keys} onOpen={setKeys} />
    </div>
  );
}
