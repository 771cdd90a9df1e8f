import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../../preload/contract.ts";
import type { OpenApp } from "../helpers/app.ts";
import { answerDialogs, cellOf } from "../helpers/app-steps.ts";
import { card } from "../helpers/photos.ts";
import { childrenOf } from "../helpers/processes.ts";
import { startApp } from "../helpers/start-app.ts";
import { tempDir } from "../helpers/temp.ts";

const SECRET = "my holiday at the beach.png";

async function openSettings({ page }: OpenApp, on: "Settings" | "Diagnostics"): Promise<void> {
  await page.getByRole("button", { name: "Settings", exact: true }).click();
  await page.locator(".settings-pages").getByRole("button", { name: on }).click();
}

/** Texts of the reports that were left. */
function reportsIn(home: string): readonly string[] {
  const folder = join(home, "data", "reports");
  const names = readdirSync(folder).filter((name) => name.endsWith(".txt"));
  return names.map((name) => readFileSync(join(folder, name), "utf8"));
}

test("settings hold after a restart; a killed engine leaves a report; diagnostics tell all but photos' names", async () => {
  const home = tempDir();
  mkdirSync(join(home, "photos"));
  await card(60, 40)
    .png()
    .toFile(join(home, "photos", SECRET));
  mkdirSync(join(home, "data", "logs"), { recursive: true });
  const logs = join(home, "data", "logs");
  writeFileSync(join(logs, "silvergrain.log"), "an old line\n".repeat(200_000));

  const first = await startApp({ home, paths: [join(home, "photos")] });
  const { page } = first;
  await cellOf(page, SECRET).waitFor();
  // What had grown was set aside as the app began.
  expect(readFileSync(join(logs, "silvergrain.1.log"), "utf8")).toMatch(/^an old line/);
  expect(readFileSync(join(logs, "silvergrain.log"), "utf8")).not.toContain("an old line");

  await openSettings(first, "Settings");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Device").selectOption("cpu");
  await dialog.getByLabel("Threads").selectOption("1");
  const inspector = dialog.getByLabel("Inspector");
  await inspector.fill("0");
  expect(await inspector.getAttribute("aria-invalid")).toBe("true");
  await inspector.fill("12");

  // Presets out and in again.
  const file = join(home, "presets.json");
  await page.evaluate(() =>
    window.silvergrain.savePreset("Prints", {
      model: "auto",
      realism: 0.5,
      size: { kind: "scale", scale: 2 },
      strength: 1,
      format: "same",
      stripGps: false,
    }),
  );
  await first.app.evaluate(({ dialog: native }, path) => {
    native.showSaveDialog = async () => ({ canceled: false, filePath: path });
  }, file);
  expect(await page.evaluate(() => window.silvergrain.exportPresets())).toEqual({ ok: true, value: true });
  writeFileSync(file, readFileSync(file, "utf8").replace('"strength": 1', '"strength": 0.5'));
  await answerDialogs(first, file);
  await dialog.getByRole("button", { name: "Import…" }).click();
  await dialog.getByText("1 preset added.").waitFor();
  writeFileSync(file, "{}");
  await dialog.getByRole("button", { name: "Import…" }).click();
  await dialog.getByText(/presets\.json cannot be read as presets of Silvergrain/).waitFor();

  // The one that looks at photos; the other one starts with the first photo to enhance.
  const [engine] = childrenOf(first.app.process().pid as number).filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("engine.js"),
  );
  process.kill(engine as number, "SIGKILL");
  await expect.poll(() => reportsIn(home).length).toBe(1);
  expect(reportsIn(home)[0]).toMatch(/^What: The engine of the library was ended by SIGKILL$/m);
  expect(reportsIn(home)[0]).toContain("Silvergrain: ");
  await first.close();
  expect(existsSync(join(home, "data", "reports", "open.json"))).toBe(false);

  const second = await startApp({ home });
  await openSettings(second, "Settings");
  const shown = second.page.getByRole("dialog");
  expect(await shown.getByLabel("Device").inputValue()).toBe("cpu");
  expect(await shown.getByLabel("Threads").inputValue()).toBe("1");
  expect(await shown.getByLabel("Inspector").inputValue()).toBe("12");
  await shown.getByText("2 presets").waitFor();

  await shown.getByRole("button", { name: "Diagnostics" }).click();
  await shown.locator('.diagnostics[aria-busy="false"]').waitFor();
  const devices = shown.locator(".device-list li");
  expect(await devices.count()).toBeGreaterThan(1);
  expect(await shown.locator('[data-state="taken"]').count()).toBe(1);
  for (const refused of await shown.locator('[data-state="refused"]').all()) {
    expect((await refused.locator("[lang=en]").textContent())?.length).toBeGreaterThan(10);
  }
  await shown.getByText("The engine of the library was ended by SIGKILL").first().waitFor();

  // As a message that names a photo would be in it.
  writeFileSync(join(logs, "silvergrain.log"), `2026-01-02T03:04:05.678Z warn ${SECRET} is damaged\n`, { flag: "a" });
  await shown.getByRole("button", { name: "Copy report" }).click();
  await shown.getByText("The report is on the clipboard.").waitFor();
  const report = await second.app.evaluate(({ clipboard }) => clipboard.readText());
  expect(report).toContain("ONNX Runtime: ");
  expect(report).toMatch(/^(cuda|dml|coreml|webgpu): refused, .{10}/m);
  expect(report).toContain("<photo> is damaged");
  expect(report).not.toContain("holiday");
  expect(report).not.toContain(join(home, "photos"));
});

test("the page, a process of Chromium's and the app itself leave a report each when they are killed", async () => {
  const home = tempDir();
  const first = await startApp({ home });
  const pids = await first.app.evaluate(({ app, BrowserWindow }) => ({
    page: BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
    graphics: app.getAppMetrics().find(({ type }) => type === "GPU")?.pid,
  }));
  for (const pid of [pids.graphics, pids.page]) process.kill(pid as number, "SIGKILL");
  const said = () => reportsIn(home).map((text) => /^What: (.*)$/m.exec(text)?.[1]);
  await expect
    .poll(() => said().sort(), { timeout: 20_000 })
    .toEqual(["A process of Chromium's is gone: GPU, killed", "The page is gone: killed"]);
  const main = first.app.process();
  main.kill("SIGKILL");
  await expect.poll(() => main.signalCode).toBe("SIGKILL");
  await startApp({ home });
  expect(said()).toContain("Silvergrain was not closed the last time");
});

test("settings open by key and by menu; in Chinese, failures say in Chinese what is known and then what only English says", async () => {
  const home = tempDir();
  const open = await startApp({ home, language: "zh-CN" });
  const { app, page } = open;
  const dialog = page.getByRole("dialog");
  const fromMenu = (accelerator: string) =>
    app.evaluate(({ Menu }, keys) => {
      const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []) ?? [];
      const item = items.find((each) => each.accelerator === keys);
      item?.click();
      return item?.label;
    }, accelerator);

  await page.keyboard.press("Control+,");
  await dialog.getByRole("button", { name: "诊断" }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-pressed"))).toBe("true");
  await page.keyboard.press("Escape");
  await expect.poll(() => dialog.count()).toBe(0);
  expect(await fromMenu("CmdOrCtrl+,")).toBe("设置…");
  await dialog.getByRole("button", { name: "诊断" }).waitFor();

  // One dialog at a time: the menu waits as the keys do.
  expect(await fromMenu("CmdOrCtrl+Shift+E")).toBe("导出…");
  await page.evaluate(() => window.silvergrain.marks());
  expect(await dialog.getAttribute("aria-label")).toBe("设置");

  await app.evaluate(({ shell }) => {
    shell.openPath = async () => "no program for it";
  });
  await dialog.getByRole("button", { name: "诊断" }).click();
  await dialog.getByRole("button", { name: "打开日志" }).click();
  await expect
    .poll(() => dialog.locator(".dialog-note").textContent())
    .toMatch(/^系统无法打开它。 \S.*: no program for it$/);
  expect(await dialog.locator(".dialog-note [lang=en]").textContent()).toContain("cannot be opened");
  await page.keyboard.press("Escape");

  const refused = await page.evaluate(
    (recipe) => window.silvergrain.enhance({ photos: [1], recipe }),
    DEFAULT_SETTINGS.recipe,
  );
  expect(refused).toMatchObject({ ok: false, failure: { code: "NO_TARGET" } });
  await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.send("event", {
      type: "notice",
      code: "DISK_FULL",
      message: "The disk of /results is full.",
    }),
  );
  const notice = page.locator(".notice");
  await expect.poll(() => notice.textContent()).toBe("磁盘已满。释放空间后会自动继续。 The disk of /results is full.");
});
