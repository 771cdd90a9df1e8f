import { createElement } from "react";
import { createRoot } from "react-dom/client";
import type { Opening } from "../../../preload/contract.ts";
import { Gallery } from "../../../renderer/gallery/gallery.tsx";
import { selectionStore } from "../../../renderer/gallery/selection-store.ts";
import { beginLanguage } from "../../../renderer/i18n.ts";
import * as library from "../../../renderer/library-store.ts";
import { addMarks, queueStore } from "../../../renderer/queue-store.ts";
import { changeSettings, settingsStore } from "../../../renderer/settings-store.ts";
import { FAKE_FACTS, FAKE_FOLDERS, fakeMarks, fakeRows } from "./fake-library.ts";
import "@fontsource-variable/inter";
import "@fontsource-variable/noto-sans-sc";
import "../../../renderer/tokens.css";
import "../../../renderer/base.css";

/*
 * The gallery without the app around it, with photos that are made up; the address says how many and how they are shown:
 * ?photos=50000&cell=200&language=zh-CN&theme=light. What it asked for is kept in window.asked.
 */
const query = new URLSearchParams(location.search);
const rows = fakeRows(Number(query.get("photos") ?? 50_000));
const asked: (readonly [string, ...unknown[]])[] = [];
const answers: Readonly<Record<string, (...args: never[]) => unknown>> = {
  photos: ({ offset, limit }: { offset: number; limit: number }) => rows.slice(offset, offset + limit),
  facts: () => FAKE_FACTS,
};

const silvergrain = new Proxy(
  {},
  {
    get:
      (_, name: string) =>
      async (...args: never[]) => {
        asked.push([name, ...args]);
        const isRefused = name === "judge" && query.has("refuse");
        if (isRefused) return { ok: false, failure: { code: "INTERNAL", message: "" } };
        return { ok: true, value: answers[name]?.(...args) };
      },
  },
);
Object.assign(window, {
  silvergrain,
  asked,
  gallery: { library, selectionStore, queueStore, addMarks, changeSettings, settingsStore },
});

document.documentElement.dataset.theme = query.get("theme") ?? "dark";
settingsStore.setState(({ settings }) => ({ settings: { ...settings, cellPx: Number(query.get("cell") ?? 200) } }));
await beginLanguage(query.get("language") === "zh-CN" ? "zh-CN" : "en");
addMarks(fakeMarks(rows));
const root = document.getElementById("root");
if (root === null) throw new Error("Expected an element #root");
createRoot(root).render(createElement(Gallery));
const isEmpty = rows.length === 0 && !query.has("missing");
const folders = isEmpty ? [] : FAKE_FOLDERS.map((folder) => ({ ...folder, isMissing: query.has("missing") }));
await library.beginLibrary({ folders } as unknown as Opening);
if (query.has("missing")) library.setScope(1);
document.documentElement.dataset.ready = "true";

declare global {
  interface Window {
    readonly asked: readonly (readonly [string, ...unknown[]])[];
    readonly gallery: unknown;
  }
}
