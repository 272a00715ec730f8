import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Swagger UI for the server's `/docs`: beside the app, never in its bundle. */
function docsAssets(): Plugin {
  return {
    name: "tweetpulse-docs-assets",
    apply: "build",
    writeBundle(options) {
      const target = join(options.dir ?? "dist", "docs-assets");
      const swagger = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
      mkdirSync(target, { recursive: true });
      for (const name of ["swagger-ui-bundle.js", "swagger-ui.css"]) {
        copyFileSync(join(swagger, name), join(target, name));
      }
      copyFileSync(join(import.meta.dirname, "docs-assets", "init.js"), join(target, "init.js"));
    },
  };
}

const server = process.env.TWEETPULSE_URL ?? "http://127.0.0.1:8080";
const served = ["/api", "/healthz", "/readyz", "/version", "/openapi.json", "/problems", "/docs"];

export default defineConfig({
  plugins: [react(), docsAssets()],
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    reportCompressedSize: true,
  },
  server: { proxy: Object.fromEntries(served.map((path) => [path, { target: server }])) },
});
