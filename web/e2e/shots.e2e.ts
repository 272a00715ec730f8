import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failing, fresh, waiting } from "./states.ts";
import {
  type Browser,
  dataShown,
  faultsOf,
  type Server,
  shot,
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
describe.each(themes)("pictures in the %s theme", (theme) => {
  it.each([320, 768, 1280, 1440])("dashboard at %i px", async (width) => {
    const page = await browser.open("/", { theme, width, height: 900 });
    await dataShown(page);
    await shot(page, `dashboard-${theme}-${width}`, width < 992);
    expect(await faultsOf(page)).toEqual([]);
    await page.close();
  });
  it.each([320, 1280])("first run at %i px", async (width) => {
    const page = await browser.open("/", { theme, width, height: 900, prepare: fresh });
    await page.getByRole("heading", { name: "No tweets yet" }).waitFor();
    await page.locator("[data-ready=true]").waitFor();
    await shot(page, `empty-${theme}-${width}`);
    expect(await faultsOf(page)).toEqual([]);
    await page.close();
  });
  it.each([320, 1280])("error at %i px", async (width) => {
    const page = await browser.open("/", { theme, width, height: 900, prepare: failing });
    await page.getByRole("heading", { level: 2, name: "The search took too long" }).waitFor();
    await shot(page, `error-${theme}-${width}`);
    expect(await faultsOf(page)).toEqual([]);
    await page.close();
  });
  it("loading, and an unknown address", async () => {
    const page = await browser.open("/", { theme, prepare: waiting });
    await page.getByText("Still loading after 3 s").waitFor();
    await shot(page, `loading-${theme}-1280`);
    await page.close();
    const lost = await browser.open("/nowhere", { theme });
    await lost.getByText("Nothing is kept under /nowhere").waitFor();
    await shot(lost, `lost-${theme}-1280`);
    await lost.close();
  });
});
