// Builds canvas, forms, live view, Try, the inside of a node, the place for files and what waits while a page turns into the Python package that ships them: a script for each that Streamlit loads, and chunks that they
// share or load when needed.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => ({
  base: "./", // chunks load from wherever Streamlit serves the script
  plugins: [react()],
  // Library mode leaves NODE_ENV alone; Vitest needs React's development build (React.act).
  define: mode === "test" ? {} : { "process.env.NODE_ENV": JSON.stringify(mode) },
  build: {
    outDir: "../../../../graphbuilder/_canvas",
    emptyOutDir: true,
    cssCodeSplit: false,
    cssTarget: ["chrome123", "firefox120", "safari17.5"], // these know light-dark(); its substitute does not follow Streamlit's theme
    lib: { entry: { canvas: "src/index.tsx", form: "src/form/index.tsx", live: "src/live/index.tsx", drop: "src/drop/index.tsx", try: "src/try/index.tsx", inside: "src/inside/index.tsx", looked: "src/looked/index.tsx", turning: "src/turning/index.ts" }, formats: ["es"] },
    rolldownOptions: {
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "chunk-[name]-[hash].js",
        // "minify: true" alone keeps the whitespace of an ES library.
        minify: mode === "production" ? { compress: true, mangle: true, codegen: { removeWhitespace: true } } : false,
      },
    },
  },
  worker: { format: "es", rolldownOptions: { output: { entryFileNames: "worker-[name]-[hash].js", chunkFileNames: "worker-chunk-[name]-[hash].js" } } },
  test: { environment: "jsdom", setupFiles: ["src/test-browser.ts"] },
}));
