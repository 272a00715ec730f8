import { screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { open } from "../../test/page.tsx";

it("says that there is no such page, and leads back", async () => {
  const { user, router } = open("/nowhere");
  expect(await screen.findByText(/Nothing is kept under \/nowhere/)).toBeVisible();
  expect(screen.getByRole("heading", { level: 1, name: "There is no page here" })).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Open dashboard" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/"));
});
