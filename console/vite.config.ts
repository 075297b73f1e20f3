import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Hashed files, nothing inlined: the Content-Security-Policy allows files of this origin and nothing else. */
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "target/dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    target: "es2023",
  },
  server: { proxy: { "/v1": "http://127.0.0.1:7400" } },
});
