import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
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

/** `.br` and `.gz` beside what has a lasting name, so that the server never compresses them itself. */
function compressed(): Plugin {
  return {
    name: "tweetpulse-compressed",
    apply: "build",
    enforce: "post",
    closeBundle() {
      const dist = join(import.meta.dirname, "dist");
      for (const folder of ["assets", "docs-assets"]) {
        for (const name of readdirSync(join(dist, folder)).filter((file) => /\.(js|css|svg)$/.test(file))) {
          const file = join(dist, folder, name);
          const bytes = readFileSync(file);
          if (bytes.length < 1024) continue;
          const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: bytes.length > 1_000_000 ? 9 : 11 } };
          writeFileSync(`${file}.br`, brotliCompressSync(bytes, quality));
          writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
        }
      }
    },
  };
}

const server = process.env.TWEETPULSE_URL ?? "http://127.0.0.1:8080";
const served = ["/api", "/healthz", "/readyz", "/version", "/openapi.json", "/problems", "/docs"];

export default defineConfig({
  plugins: [react(), docsAssets(), compressed()],
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    reportCompressedSize: true,
  },
  server: { proxy: Object.fromEntries(served.map((path) => [path, { target: server }])) },
});
