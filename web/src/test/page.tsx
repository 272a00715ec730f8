import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createMemoryRouter, RouterProvider } from "react-router";
import { makeQueryClient } from "../api/queries.ts";
import { Look } from "../app.tsx";
import { routes } from "../routes.tsx";

/** The whole app at an address. */
export function open(address = "/") {
  const router = createMemoryRouter(routes, { initialEntries: [address] });
  const queries = makeQueryClient(1);
  const user = userEvent.setup();
  const view = render(
    <Look>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </Look>,
  );
  const params = () => new URLSearchParams(router.state.location.search);
  return { router, queries, user, params, ...view };
}
