/** Every colour, size and typeface of the UI: Ant Design tokens, and a few of our own as `--tp-*`. */
import { theme as antd, type ThemeConfig } from "antd";

export type Scheme = "light" | "dark";

const fontFamily =
  'Inter, -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, "Noto Sans Arabic", "Noto Sans CJK JP", sans-serif, "Noto Color Emoji"';

const shared = {
  fontFamily,
  fontSize: 13,
  fontSizeSM: 12,
  fontSizeLG: 15,
  lineHeight: 1.5385,
  fontWeightStrong: 600,
  controlHeight: 32,
  controlHeightSM: 24,
  borderRadius: 6,
  borderRadiusSM: 4,
  borderRadiusLG: 8,
  motionDurationFast: "0.1s",
  motionDurationMid: "0.1s",
  motionDurationSlow: "0.2s",
};

const white = (alpha: number) => `rgba(255,255,255,${alpha})`;
const black = (alpha: number) => `rgba(0,0,0,${alpha})`;
const ink = (alpha: number) => `rgba(16,24,40,${alpha})`;

const components = (dark: boolean): NonNullable<ThemeConfig["components"]> => ({
  Button: {
    fontWeight: 500,
    primaryShadow: "none",
    defaultShadow: "none",
    dangerShadow: "none",
    ...(dark
      ? {
          defaultColor: white(0.85),
          colorError: "#FF7875",
          colorErrorHover: "#FFA39E",
          dangerColor: "#141414",
        }
      : {}),
  },
  Menu: {
    itemHeight: 32,
    itemBorderRadius: 6,
    itemBg: "transparent",
    subMenuItemBg: "transparent",
    itemColor: dark ? white(0.75) : black(0.7),
    itemHoverColor: dark ? white(0.88) : black(0.88),
    itemHoverBg: dark ? white(0.065) : ink(0.045),
    itemSelectedColor: dark ? white(0.88) : black(0.88),
    itemSelectedBg: dark ? white(0.1) : ink(0.07),
    itemActiveBg: dark ? white(0.1) : ink(0.07),
    itemMarginInline: 8,
    itemMarginBlock: 2,
    iconSize: 16,
    collapsedIconSize: 16,
    activeBarBorderWidth: 0,
  },
  Segmented: {
    trackBg: dark ? white(0.08) : ink(0.06),
    trackPadding: 2,
    ...(dark ? { itemSelectedBg: "#34373A" } : {}),
  },
  Tabs: {
    horizontalItemPadding: "8px 0",
    horizontalItemGutter: 20,
    horizontalMargin: "0",
    ...(dark ? { itemSelectedColor: "#69B1FF", inkBarColor: "#69B1FF", itemHoverColor: "#91CAFF" } : {}),
  },
  Tag: dark ? { colorError: "#FF7875", colorInfo: "#69B1FF" } : {},
  Tooltip: { fontSize: 12 },
  Alert: dark ? { colorInfo: "#69B1FF" } : {},
  Layout: { siderBg: "transparent", bodyBg: "transparent", headerBg: "transparent" },
});

const light: ThemeConfig = {
  algorithm: antd.defaultAlgorithm,
  token: {
    ...shared,
    colorPrimary: "#0958D9",
    colorPrimaryHover: "#1A66E0",
    colorPrimaryActive: "#003EB3",
    colorInfo: "#0958D9",
    colorInfoBg: "#E6F4FF",
    colorLink: "#0958D9",
    colorLinkHover: "#003EB3",
    colorLinkActive: "#002C8C",
    colorError: "#C41D20",
    colorErrorBg: "#FFF2F0",
    colorSuccess: "#237804",
    colorSuccessBg: "#F6FFED",
    colorWarning: "#AD4E00",
    colorWarningBg: "#FFFBE6",
    colorBgLayout: "#F6F7F8",
    colorBgContainer: "#FFFFFF",
    colorBgElevated: "#FFFFFF",
    colorBorder: "#CDD2D8",
    colorBorderSecondary: "#E4E7EB",
    colorSplit: "#E9ECEF",
    colorFill: ink(0.12),
    colorFillSecondary: ink(0.07),
    colorFillTertiary: ink(0.045),
    colorFillQuaternary: ink(0.025),
    colorText: black(0.88),
    colorTextSecondary: black(0.7),
    colorTextTertiary: black(0.68),
    colorTextDescription: black(0.68),
    colorTextPlaceholder: black(0.62),
    colorTextQuaternary: black(0.55),
  },
  components: components(false),
};

const dark: ThemeConfig = {
  algorithm: antd.darkAlgorithm,
  token: {
    ...shared,
    colorPrimary: "#0958D9",
    colorInfo: "#0958D9",
    colorLink: "#69B1FF",
    colorLinkHover: "#91CAFF",
    colorLinkActive: "#BAE0FF",
    colorErrorText: "#FF7875",
    colorBgLayout: "#0C0D0E",
    colorBgContainer: "#141414",
    colorBgElevated: "#1E1F20",
    colorBorder: "#424549",
    colorBorderSecondary: "#2A2C2E",
    colorSplit: "#242628",
    colorFill: white(0.18),
    colorFillSecondary: white(0.1),
    colorFillTertiary: white(0.065),
    colorFillQuaternary: white(0.035),
    colorText: white(0.88),
    colorTextSecondary: white(0.75),
    colorTextTertiary: white(0.65),
    colorTextDescription: white(0.65),
    colorTextPlaceholder: white(0.6),
    colorTextQuaternary: white(0.5),
  },
  components: components(true),
};

export const themes: Record<Scheme, ThemeConfig> = { light, dark };

/** What canvas drawings need as values, and style sheets as `--tp-<name>`. */
export interface Palette {
  sheet: string;
  rail: string;
  text: string;
  textSecondary: string;
  section: string;
  split: string;
  baseline: string;
  positive: string;
  negative: string;
  neutral: string;
  series: string;
  seriesFill: string;
  hatch: string;
  ribbon: string;
  selected: string;
  link: string;
  linkFocus: string;
  ok: string;
  warning: string;
  error: string;
  seam: string;
}

export const palettes: Record<Scheme, Palette> = {
  light: {
    sheet: "#FFFFFF",
    rail: "#F6F7F8",
    text: black(0.88),
    textSecondary: black(0.7),
    section: "#E4E7EB",
    split: "#E9ECEF",
    baseline: black(0.68),
    positive: "#009E73",
    negative: "#D55E00",
    neutral: "#868E99",
    series: "#0072B2",
    seriesFill: "rgba(0,114,178,.14)",
    hatch: black(0.3),
    ribbon: "#C2C8CF",
    selected: "#EFF5FF",
    link: "#0958D9",
    linkFocus: "#0958D9",
    ok: "#237804",
    warning: "#AD4E00",
    error: "#C41D20",
    seam: "#FFFFFF",
  },
  dark: {
    sheet: "#141414",
    rail: "#0C0D0E",
    text: white(0.88),
    textSecondary: white(0.75),
    section: "#2A2C2E",
    split: "#242628",
    baseline: white(0.65),
    positive: "#009E73",
    negative: "#D55E00",
    neutral: "#6B7280",
    series: "#3A8FC7",
    seriesFill: "rgba(58,143,199,.18)",
    hatch: white(0.28),
    ribbon: "#4B4F54",
    selected: "rgba(105,177,255,.10)",
    link: "#5C99DC",
    linkFocus: "#69B1FF",
    ok: "#6ABE39",
    warning: "#E8A84C",
    error: "#FF7875",
    seam: "#141414",
  },
};

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Puts the palette on the document, for style sheets. A property set from script passes the CSP. */
export function applyPalette(scheme: Scheme): void {
  const root = document.documentElement;
  root.dataset.theme = scheme;
  root.style.setProperty("color-scheme", scheme);
  for (const [name, value] of Object.entries(palettes[scheme])) {
    root.style.setProperty(`--tp-${kebab(name)}`, value);
  }
}
