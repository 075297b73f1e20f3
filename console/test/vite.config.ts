import { readdirSync } from "node:fs";
import { defineConfig } from "vite";

/** Bundles the unit tests for `node --test`, with nothing between them and the code that they test. */
export default defineConfig({
  build: {
    ssr: true,
    outDir: "target/unit",
    emptyOutDir: true,
    reportCompressedSize: false,
    rollupOptions: {
      input: readdirSync("test/unit").map((file) => `test/unit/${file}`),
      output: { entryFileNames: "[name].test.mjs" },
    },
  },
  logLevel: "warn",
});
