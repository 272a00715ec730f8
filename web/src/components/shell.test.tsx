import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { open } from "../test/page.tsx";
import { setPhone } from "../test/setup.ts";

describe("the shell", () => {
  it("links only what exists", async () => {
    open();
    const pages = await screen.findByRole("navigation", { name: "Pages" });
    expect(
      within(pages)
        .getAllByRole("link")
        .map((link) => link.getAttribute("href")),
    ).toEqual(["/"]);
    const help = screen.getByRole("navigation", { name: "Help and settings" });
    expect(within(help).getByRole("link", { name: "API reference" })).toHaveAttribute("href", "/docs");
    expect(await within(help).findByText("Version 0.1.0")).toBeVisible();
  });

  it("has a way past the rail, and one title", async () => {
    open("/?f=lang:en");
    expect(await screen.findByRole("link", { name: "Skip to the content" })).toHaveAttribute("href", "#main");
    expect(screen.getAllByRole("main")).toHaveLength(1);
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Dashboard");
    expect(document.title).toBe("Dashboard · lang:en · TweetPulse");
  });

  it("takes the theme from the system, or as chosen", async () => {
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Appearance" }));
    expect(document.documentElement.dataset.theme).toBe("light");
    await user.click(await screen.findByText("Dark"));
    await waitFor(() => expect(document.documentElement.dataset.theme).toBe("dark"));
    expect(localStorage.getItem("tweetpulse.preferences")).toContain('"theme":"dark"');
    await user.click(screen.getByText("System"));
  });

  it("puts the menu into a drawer on a phone", async () => {
    setPhone(true);
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Open the menu" }));
    const drawer = await screen.findByRole("dialog");
    expect(within(drawer).getByRole("link", { name: "Dashboard" })).toBeVisible();
  });

  it("lists its shortcuts", async () => {
    const { user } = open();
    await screen.findByRole("navigation", { name: "Pages" });
    await user.keyboard("?");
    expect(await screen.findByRole("dialog", { name: "Keyboard" })).toHaveTextContent(
      "Jump to the newest tweet",
    );
  });
});

describe("the time picker", () => {
  it("opens by a key, and takes a quick range", async () => {
    const { user, params } = open("/?interval=1m");
    await screen.findByRole("button", { name: /Time range: Last hour/ });
    await user.keyboard("t");
    await user.click(await screen.findByRole("button", { name: "Last 24 hours" }));
    expect(params().get("from")).toBe("now-24h");
    expect(params().has("interval")).toBe(false);
  });

  it("takes exact times, and says what it cannot read", async () => {
    const { user, params } = open("/?tz=UTC");
    await user.click(await screen.findByRole("button", { name: /Time range/ }));
    const from = await screen.findByRole("textbox", { name: "From" });
    await user.clear(from);
    await user.type(from, "yesterday");
    expect(screen.getByText("A date and time, or now-15m")).toBeVisible();
    expect(screen.getByRole("button", { name: "Apply range" })).toBeDisabled();
    await user.clear(from);
    await user.type(from, "2026-03-01 12:00");
    await user.click(screen.getByRole("button", { name: "Apply range" }));
    expect(params().get("from")).toBe("2026-03-01 12:00");
  });

  it("closes on Escape and gives the focus back", async () => {
    const { user } = open();
    const button = await screen.findByRole("button", { name: /Time range/ });
    await user.click(button);
    await screen.findByRole("textbox", { name: "From" });
    await user.keyboard("{Escape}");
    await waitFor(() => expect(button).toHaveFocus());
  });

  it("sets how often the page asks again", async () => {
    const { user, params } = open();
    await user.click(await screen.findByRole("button", { name: /Refresh auto/ }));
    await user.click(await screen.findByRole("button", { name: "Every 30 s" }));
    expect(params().get("refresh")).toBe("30s");
  });
});
