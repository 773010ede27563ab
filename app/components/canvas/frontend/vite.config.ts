// Builds the canvas into the Python package that ships it: one script that Streamlit loads, and a chunk for the automatic layout.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => ({
  base: "./", // the layout's chunk loads from wherever Streamlit serves the script
  plugins: [react()],
  // Library mode leaves NODE_ENV alone; Vitest needs React's development build (React.act).
  define: mode === "test" ? {} : { "process.env.NODE_ENV": JSON.stringify(mode) },
  build: {
    outDir: "../../../../graphbuilder/_canvas",
    emptyOutDir: true,
    cssCodeSplit: false,
    cssTarget: ["chrome123", "firefox120", "safari17.5"], // these know light-dark(); its substitute does not follow Streamlit's theme
    lib: { entry: "src/index.tsx", formats: ["es"] },
    rolldownOptions: {
      output: {
        entryFileNames: "canvas-[hash].js",
        chunkFileNames: "chunk-[name]-[hash].js",
        // "minify: true" alone keeps the whitespace of an ES library.
        minify: mode === "production" ? { compress: true, mangle: true, codegen: { removeWhitespace: true } } : false,
      },
    },
  },
  test: { environment: "jsdom", setupFiles: ["src/test-browser.ts"] },
}));
