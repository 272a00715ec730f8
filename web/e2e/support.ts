/** The real binary and a real browser. One browser a file, one page a test, nothing leaves this machine. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";

export type Theme = "light" | "dark";
export const artifacts = join(import.meta.dirname, "artifacts");
const binary = resolve(
  process.env.TWEETPULSE_BINARY ?? join(import.meta.dirname, "../../build/release/tweetpulse"),
);

export interface Server {
  url: string;
  stop: () => Promise<void>;
}

/** `tweetpulse demo` in a folder of its own; it says its address on stdout. */
export async function startServer(): Promise<Server> {
  const data = await mkdtemp(join(tmpdir(), "tweetpulse-e2e-"));
  const child = spawn(binary, ["demo"], {
    env: { ...process.env, XDG_DATA_HOME: data },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = async () => {
    await end(child);
    await rm(data, { recursive: true, force: true });
  };
  try {
    return { url: await addressOf(child), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let said = "";
    let told = "";
    const late = setTimeout(() => failed(new Error(`no address within 30 s: ${said}${told}`)), 30_000);
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (address === null) return;
      clearTimeout(late);
      found(address[0]);
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      told = (told + chunk.toString()).slice(-4_000);
    });
    child.on("error", failed);
    child.on("exit", (code) => failed(new Error(`ended with ${code}: ${told}`)));
  });
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return done();
    const hard = setTimeout(() => child.kill("SIGKILL"), 10_000);
    child.once("exit", () => {
      clearTimeout(hard);
      done();
    });
    child.kill("SIGTERM");
  });
}

export interface Browser {
  open: (path: string, look?: Look) => Promise<Page>;
  close: () => Promise<void>;
}

export interface Look {
  theme?: Theme;
  width?: number;
  height?: number;
  /** Called before the page is loaded, to answer in the server's place. */
  prepare?: (page: Page) => Promise<void>;
}

declare global {
  interface Window {
    violations: string[];
  }
}

/** The two that antd writes itself: a scroll bar measurement, and its scroll lock (ours is a class). */
const allowed = [/^#rc-scrollbar-measure-/, /^\s*html body \{/];

export async function startBrowser(server: Server): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), "tweetpulse-chromium-"));
  const context: BrowserContext = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    reducedMotion: "reduce",
  });
  await context.route(
    (url) => url.origin !== server.url,
    (route) => route.abort(),
  );
  await context.addInitScript(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => {
      window.violations.push(
        event.sample === "" ? `${event.violatedDirective} ${event.blockedURI}` : event.sample,
      );
    });
  });
  return {
    open: async (path, { theme = "light", width = 1280, height = 800, prepare } = {}) => {
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      await prepare?.(page);
      await page.goto(server.url + path);
      return page;
    },
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** What the policy refused, and how far the page is wider than its window. */
export async function faultsOf(page: Page): Promise<string[]> {
  const { violations, wide } = await page.evaluate(() => ({
    violations: window.violations,
    wide: document.documentElement.scrollWidth - window.innerWidth,
  }));
  const refused = violations.filter((sample) => !allowed.some((known) => known.test(sample)));
  return wide > 0 ? [...refused, `scrolls sideways by ${wide} px`] : refused;
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

interface AxeResult {
  violations: { id: string; impact: string | null; nodes: { html: string; failureSummary?: string }[] }[];
}

/** Serious and critical findings, as one line each. */
export async function axeOf(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const result = await page.evaluate(
    (runOnly) =>
      (
        window as unknown as { axe: { run: (root: Document, options: object) => Promise<AxeResult> } }
      ).axe.run(document, { runOnly }),
    tags,
  );
  return result.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ""}`),
    );
}

export async function shot(page: Page, name: string, fullPage = true): Promise<void> {
  await mkdir(artifacts, { recursive: true });
  await page.screenshot({ path: join(artifacts, `${name}.png`), fullPage });
}

/** The rows of the chart as a table, newest first. */
export const buckets = (page: Page) => page.locator(".tp-table-box tbody tr");

/** The dashboard has its figures, its chart and its live list. */
export async function dataShown(page: Page): Promise<void> {
  await page.getByRole("img", { name: /tweets from/ }).waitFor();
  await page.locator("[data-ready=true]").waitFor();
  await page.getByRole("article").first().waitFor();
  await page.locator(".tp-fig-line").waitFor();
  await page.getByRole("tabpanel").getByRole("row").nth(1).waitFor();
}
