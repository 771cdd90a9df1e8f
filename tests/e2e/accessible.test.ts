import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { expect, test } from "vitest";
import { openApp } from "../helpers/app.ts";
import { SCREENS, settle } from "../helpers/screens.ts";
import { tempDir } from "../helpers/temp.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Contrast differs between the themes; names differ between the languages.
test.each([
  ["en", "dark"],
  ["zh-CN", "light"],
] as const)(
  "every screen is without violations of WCAG as axe-core finds them: %s, %s",
  async (language, theme) => {
    const home = tempDir();
    const open = await openApp({ home, size: [1440, 900], language, theme });
    try {
      const found: string[] = [];
      for (const { name, go } of SCREENS) {
        await go(open, home);
        await settle(open.page);
        await open.page.evaluate(AXE);
        const { violations, passes } = await open.page.evaluate(() =>
          (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
        );
        expect(passes.length).toBeGreaterThan(5);
        for (const { id, nodes } of violations) {
          for (const { target, failureSummary } of nodes)
            found.push(`${name}: ${id} ${target.join(" ")} ${failureSummary}`);
        }
      }
      expect(found).toEqual([]);
    } finally {
      await open.close();
    }
  },
  600_000,
);
