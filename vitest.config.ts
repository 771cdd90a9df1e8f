import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Windows on one display take the focus from each other. */
const DISPLAYS = (process.env.DISPLAYS ?? "").split(",").length;
const FRAMES = "tests/e2e/inspector-pointer.test.ts";

export default defineConfig({
  test: {
    // Inference uses every core by itself: files that run side by side would only starve each other.
    fileParallelism: false,
    reporters: ["default", "./tests/helpers/closing-line.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "core",
          include: ["tests/{core,renderer}/**/*.test.ts", "tests/*.test.ts"],
          ...sideBySide(availableParallelism()),
        },
      },
      // What infers little or nothing, and does not look at how the event loop turns.
      {
        extends: true,
        test: {
          name: "host",
          include: ["tests/{export,models,queue,scripts,system}/**/*.test.ts"],
          testTimeout: 180_000,
          ...sideBySide(2),
        },
      },
      {
        extends: true,
        test: {
          name: "engine",
          include: ["tests/{app,cli,engine,library}/**/*.test.ts"],
          exclude: ["tests/engine/webgpu.test.ts"],
          testTimeout: 180_000,
        },
      },
      // What takes more than Node: PyTorch; the npm registry and the original ncnn programs; a GPU or its stand-in.
      { extends: true, test: { name: "recipe", include: ["tests/recipe/**/*.test.ts"], testTimeout: 300_000 } },
      { extends: true, test: { name: "packs", include: ["tests/packs/**/*.test.ts"], testTimeout: 600_000 } },
      { extends: true, test: { name: "gpu", include: ["tests/engine/webgpu.test.ts"], testTimeout: 300_000 } },
      // A display, and an Electron, which scripts/electron.js finds.
      // Looks at every frame: nothing else may be at work.
      { extends: true, test: { name: "frames", include: [FRAMES], testTimeout: 120_000 } },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          exclude: [FRAMES],
          testTimeout: 120_000,
          setupFiles: ["tests/helpers/own-display.ts"],
          ...sideBySide(DISPLAYS),
        },
      },
      // The app as `npm run pack` has made it.
      { extends: true, test: { name: "packed", include: ["tests/packed/**/*.test.ts"], testTimeout: 120_000 } },
      // Pictures of the app, to be looked at.
      { extends: true, test: { name: "screens", include: ["tests/e2e/screens.ts"], testTimeout: 600_000 } },
      // Those of the guide in docs/.
      { extends: true, test: { name: "guide", include: ["tests/e2e/guide.ts"] } },
    ],
  },
});

/** So many files at a time. Projects of one count are a group; groups run one after the other. */
function sideBySide(maxWorkers: number) {
  return { fileParallelism: maxWorkers > 1, maxWorkers, sequence: { groupOrder: maxWorkers } };
}
