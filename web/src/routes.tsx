/** Every page, lazy. A page that is not here yet has no link anywhere. */
import { createBrowserRouter, type RouteObject } from "react-router";
import { Crash } from "./components/Crash.tsx";
import { Shell } from "./components/Shell.tsx";

export const routes: RouteObject[] = [
  {
    path: "/",
    element: <Shell />,
    errorElement: <Crash />,
    HydrateFallback: () => null,
    children: [
      {
        index: true,
        handle: { title: "rail.dashboard", timed: true },
        lazy: () => import("./pages/dashboard/index.tsx"),
      },
      { path: "*", handle: { title: "lost.title" }, lazy: () => import("./pages/lost/index.tsx") },
    ],
  },
];

export const makeRouter = () => createBrowserRouter(routes);
