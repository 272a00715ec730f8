import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failing, fresh, waiting } from "./states.ts";
import {
  axeOf,
  type Browser,
  buckets,
  dataShown,
  faultsOf,
  type Server,
  startBrowser,
  startServer,
  type Theme,
} from "./support.ts";

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

const themes: Theme[] = ["light", "dark"];
describe.each(themes)("in the %s theme", (theme) => {
  it.each([320, 768, 1280])("the dashboard at %i px has no finding", async (width) => {
    const page = await browser.open("/", { theme, width });
    await dataShown(page);
    expect(await axeOf(page)).toEqual([]);
    expect(await faultsOf(page)).toEqual([]);
    await page.close();
  });
  it("the first run has none", async () => {
    const page = await browser.open("/", { theme, prepare: fresh });
    await page.getByRole("heading", { name: "No tweets yet" }).waitFor();
    expect(await axeOf(page)).toEqual([]);
    expect(await faultsOf(page)).toEqual([]);
    await page.close();
  });
  it("an error has none", async () => {
    const page = await browser.open("/", { theme, prepare: failing });
    await page.getByRole("alert").first().waitFor();
    expect(await axeOf(page)).toEqual([]);
    expect(await faultsOf(page)).toEqual([]);
    await page.close();
  });
  it("loading has none", async () => {
    const page = await browser.open("/", { theme, prepare: waiting });
    await page.getByText("Still loading after 3 s").waitFor();
    expect(await axeOf(page)).toEqual([]);
    await page.close();
  });
  it("the table, and filters in force, have none", async () => {
    const page = await browser.open("/?view=table&f=lang:en", { theme });
    await buckets(page).first().waitFor();
    await page.getByRole("button", { name: "Remove lang:en" }).waitFor();
    expect(await axeOf(page)).toEqual([]);
    await page.close();
  });
  it("time picker, shortcuts and menu have none", async () => {
    const page = await browser.open("/", { theme, width: 320 });
    await dataShown(page);
    await page.keyboard.press("t");
    await page.getByRole("textbox", { name: "From" }).waitFor();
    expect(await axeOf(page)).toEqual([]);
    expect(await faultsOf(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Open the menu" }).click();
    await page.getByRole("dialog").getByRole("link", { name: "Dashboard" }).waitFor();
    expect(await axeOf(page)).toEqual([]);
    await page.getByRole("button", { name: "Keyboard" }).click();
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    expect(await axeOf(page)).toEqual([]);
    expect(await faultsOf(page)).toEqual([]);
    await page.close();
  });
  it("an unknown address has none", async () => {
    const page = await browser.open("/nowhere", { theme });
    await page.getByText("Nothing is kept under /nowhere").waitFor();
    expect(await axeOf(page)).toEqual([]);
    expect(await faultsOf(page)).toEqual([]);
    await page.close();
  });
});
