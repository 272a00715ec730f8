import { QueryClientProvider } from "@tanstack/react-query";
import { App, ConfigProvider } from "antd";
import { type PropsWithChildren, useLayoutEffect, useState } from "react";
import { RouterProvider } from "react-router";
import { makeQueryClient } from "./api/queries.ts";
import { makeRouter } from "./routes.tsx";
import { useMedia, useScheme } from "./state/preferences.ts";
import { applyPalette, themes } from "./theme.ts";

/** The nonce of this answer: the server writes it into the page, antd needs it for its style elements. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

export function Look({ children }: PropsWithChildren) {
  const scheme = useScheme();
  const still = useMedia("(prefers-reduced-motion: reduce)");
  useLayoutEffect(() => applyPalette(scheme), [scheme]);
  const theme = themes[scheme];
  return (
    <ConfigProvider
      csp={{ nonce }}
      theme={still ? { ...theme, token: { ...theme.token, motion: false } } : theme}
      wave={{ disabled: true }}
      button={{ autoInsertSpace: false }}
    >
      <App className="tp-app" message={{ maxCount: 2 }}>
        {children}
      </App>
    </ConfigProvider>
  );
}

export function Root() {
  const [queries] = useState(() => makeQueryClient());
  const [router] = useState(() => makeRouter());
  return (
    <Look>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </Look>
  );
}
