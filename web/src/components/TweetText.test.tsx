import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { goldenTweet } from "../test/golden.ts";
import { TweetText, visible } from "./TweetText.tsx";

it("cuts by code points, so that an emoji before a tag moves nothing", () => {
  const tweet = {
    ...goldenTweet(),
    text: "🚀🚀 #NASA go",
    urls: [],
    hashtags: [{ tag: "NASA", start: 3, end: 8 }],
  };
  const { container } = render(<TweetText tweet={tweet} onValue={() => undefined} />);
  expect(screen.getByRole("button", { name: "#NASA" })).toBeVisible();
  expect(container).toHaveTextContent("🚀🚀 #NASA go");
});

it("hands a tag over as an operator, excluded with Alt", async () => {
  const onValue = vi.fn();
  const user = userEvent.setup();
  render(<TweetText tweet={goldenTweet()} onValue={onValue} />);
  await user.click(screen.getByRole("button", { name: "#NASA" }));
  await user.keyboard("{Alt>}");
  await user.click(screen.getByRole("button", { name: "#Artemis" }));
  expect(onValue.mock.calls).toEqual([
    ["#NASA", false],
    ["#Artemis", true],
  ]);
});

it("links only to the web, and never lets markup through", () => {
  const text = "<b>x</b> javascript:alert(1)";
  const urls = [
    { url: "javascript:alert(1)", expanded_url: null, domain: null, title: null, start: 9, end: 28 },
  ];
  const { container } = render(
    <TweetText tweet={{ ...goldenTweet(), text, urls, hashtags: [] }} onValue={() => undefined} />,
  );
  expect(screen.queryByRole("link")).toBeNull();
  expect(container.querySelector("b")).toBeNull();
  expect(container).toHaveTextContent(text);
});

it("shows characters that steer the text as symbols, one for one", () => {
  expect(Array.from("a\u202eb\u0007c", visible).join("")).toBe("a\ufffdb\u2407c");
});
