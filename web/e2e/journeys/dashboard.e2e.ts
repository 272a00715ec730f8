import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  type Browser,
  buckets,
  dataShown,
  faultsOf,
  type Server,
  startBrowser,
  startServer,
} from "../support.ts";

let server: Server;
let browser: Browser;
beforeAll(async () => {
  server = await startServer();
  browser = await startBrowser(server);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const figure = (page: Page, label: string | RegExp) =>
  page
    .locator("div.tp-fig")
    .filter({ has: page.locator("dt", { hasText: label }) })
    .locator(".tp-fig-value");
const numberIn = async (page: Page, label: string | RegExp) =>
  Number((await figure(page, label).innerText()).replaceAll(",", ""));

it("first run shows data", async () => {
  const page = await browser.open("/");
  await dataShown(page);
  await expect.poll(() => numberIn(page, /Last hour/), { timeout: 20_000 }).toBeGreaterThan(0);
  await expect.poll(() => numberIn(page, "Tweets per second"), { timeout: 20_000 }).toBeGreaterThan(0);
  await expect.poll(() => numberIn(page, "Authors"), { timeout: 20_000 }).toBeGreaterThan(0);
  await page
    .getByRole("status")
    .filter({ hasText: /^Live$/ })
    .waitFor();
  expect(await page.getByRole("tabpanel").getByRole("row").count()).toBeGreaterThan(1);
  expect(await faultsOf(page)).toEqual([]);
  await page.close();
});

it("pauses, resumes and jumps to live, by keyboard alone", async () => {
  const page = await browser.open("/");
  await dataShown(page);
  await page.keyboard.press("p");
  await page.getByRole("button", { name: "Resume" }).waitFor();
  const first = await page.getByRole("article").first().innerText();
  await page.getByRole("button", { name: /Show [\d,]+ new tweet/ }).waitFor();
  expect(await page.getByRole("article").first().innerText()).toBe(first);
  await page.keyboard.press("l");
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await expect.poll(() => page.getByRole("article").first().innerText(), { timeout: 20_000 }).not.toBe(first);
  await page.close();
});

it("replaces the range by a drag, and gives it back", async () => {
  const page = await browser.open("/");
  await dataShown(page);
  const box = await page.locator(".tp-plot").boundingBox();
  if (box === null) throw new Error("the chart has no size");
  const drag = async (from: number, to: number) => {
    await page.mouse.move(box.x + box.width * from, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * to, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
  };
  await drag(0.6, 0.9);
  await page.waitForURL(/from=20.*to=20/);
  const [from = "", to = ""] = ["from", "to"].map((key) => new URL(page.url()).searchParams.get(key) ?? "");
  expect(Date.parse(to) - Date.parse(from)).toBeLessThan(3_600_000);
  expect(new URL(page.url()).searchParams.getAll("from")).toHaveLength(1);
  await page.goBack();
  await page.waitForURL((url) => !url.searchParams.has("from"));
  await page.close();
});

it("chart, table and export have the same total, to the unit", async () => {
  const to = new Date(Date.now() - 60_000).toISOString();
  const from = new Date(Date.now() - 300_000).toISOString();
  const range = `from=${from}&to=${to}&tz=UTC`;
  const page = await browser.open(`/?${range}`);
  const chart = page.getByRole("img", { name: /tweets from/ });
  await chart.waitFor();
  const total = Number(
    /^([\d,]+) tweets/.exec((await chart.getAttribute("aria-label")) ?? "")?.[1]?.replaceAll(",", ""),
  );
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "CSV" }).click(),
  ]);
  const lines = (await readFile(await file.path(), "utf8")).trim().split("\r\n").slice(1);
  const exported = lines.reduce((sum, line) => sum + Number(line.split(",")[2]), 0);
  await page.keyboard.press("v");
  await buckets(page).first().waitFor();
  const cells = await page.locator(".tp-table-box tbody strong").allInnerTexts();
  const listed = cells.reduce((sum, text) => sum + Number(text.replaceAll(",", "")), 0);
  expect([exported, listed]).toEqual([total, total]);
  expect(await numberIn(page, /^Tweets$/)).toBe(total);
  await page.close();
});

it("another time zone moves the buckets", async () => {
  const range = "from=now-1h&to=now&view=table";
  const firstRow = async (tz: string) => {
    const page = await browser.open(`/?${range}&tz=${tz}`);
    const text = await buckets(page).last().getByRole("rowheader").innerText();
    await page.close();
    return Number(/(\d\d):\d\d–/.exec(text)?.[1]);
  };
  const [utc, tokyo] = [await firstRow("UTC"), await firstRow("Asia/Tokyo")];
  expect((tokyo - utc + 24) % 24).toBe(9);
});

it("filters by a click on a value, and goes back", async () => {
  const page = await browser.open("/");
  await dataShown(page);
  const value = page.getByRole("tabpanel").getByRole("row").nth(1).getByRole("button").first();
  const text = await value.innerText();
  await value.click();
  await page.getByRole("button", { name: `Remove ${text}` }).waitFor();
  expect(new URL(page.url()).searchParams.getAll("f")).toHaveLength(1);
  await page.goBack();
  await page.getByRole("button", { name: `Remove ${text}` }).waitFor({ state: "detached" });
  await page.close();
});
