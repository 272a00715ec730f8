import { BulbOutlined, DashboardOutlined, KeyOutlined, ReadOutlined } from "@ant-design/icons";
import { Popover, Segmented, Tooltip } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import { useVersion } from "../api/queries.ts";
import { type ThemeChoice, usePreferences } from "../state/preferences.ts";
import { Logo } from "./Logo.tsx";

interface Props {
  narrow?: boolean;
  drawer?: boolean;
  onKeys: () => void;
}

export function Rail({ narrow = false, drawer = false, onKeys }: Props) {
  const { t } = useTranslation();
  const version = useVersion().data?.version;
  const item = (icon: ReactNode, word: string) => (
    <>
      {icon}
      <span className="tp-rail-word">{word}</span>
    </>
  );
  const hint = (word: string) => (narrow ? word : null);
  return (
    <div className={`tp-rail${narrow ? " tp-rail-narrow" : ""}${drawer ? " tp-rail-drawer" : ""}`}>
      {!drawer && (
        <div className="tp-brand">
          <Logo />
          <span className="tp-rail-word">{t("app")}</span>
        </div>
      )}
      <nav aria-label={t("rail.label")}>
        <ul>
          <li>
            <Tooltip title={hint(t("rail.dashboard"))} placement="right">
              <NavLink to="/" end className="tp-rail-item">
                {item(<DashboardOutlined aria-hidden />, t("rail.dashboard"))}
              </NavLink>
            </Tooltip>
          </li>
        </ul>
      </nav>
      <nav aria-label={t("rail.more")} className="tp-rail-foot">
        <ul>
          <li>
            <Tooltip title={hint(t("rail.keyboard"))} placement="right">
              <button type="button" className="tp-rail-item" onClick={onKeys} aria-keyshortcuts="?">
                {item(<KeyOutlined aria-hidden />, t("rail.keyboard"))}
                <span className="tp-rail-key" aria-hidden>
                  ?
                </span>
              </button>
            </Tooltip>
          </li>
          <li>
            <Tooltip title={hint(t("rail.docs"))} placement="right">
              <a className="tp-rail-item" href="/docs">
                {item(<ReadOutlined aria-hidden />, t("rail.docs"))}
              </a>
            </Tooltip>
          </li>
          <li>
            <Popover content={<Appearance />} trigger="click" placement={drawer ? "top" : "rightBottom"}>
              <button
                type="button"
                className="tp-rail-item"
                aria-haspopup="dialog"
                title={hint(t("rail.appearance")) ?? ""}
              >
                {item(<BulbOutlined aria-hidden />, t("rail.appearance"))}
              </button>
            </Popover>
          </li>
        </ul>
        {version !== undefined && (
          <p className="tp-rail-version tp-rail-word">{t("rail.version", { version })}</p>
        )}
      </nav>
    </div>
  );
}

function Appearance() {
  const { t } = useTranslation();
  const { theme, setTheme } = usePreferences();
  const choices: ThemeChoice[] = ["light", "dark", "system"];
  return (
    <div className="tp-appearance">
      <h2 className="tp-h2">{t("theme.label")}</h2>
      <Segmented<ThemeChoice>
        aria-label={t("theme.label")}
        name="theme"
        value={theme}
        onChange={setTheme}
        options={choices.map((value) => ({ value, label: t(`theme.${value}`) }))}
      />
      <p className="tp-note">{t("theme.note")}</p>
    </div>
  );
}
