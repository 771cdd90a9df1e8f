import "@fontsource-variable/inter";
import "@fontsource-variable/noto-sans-sc";
import "@fontsource-variable/jetbrains-mono";
import "../../../renderer/tokens.css";
import "../../../renderer/base.css";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import type { ModelCard, Opening } from "../../../preload/contract.ts";
import { selectionStore } from "../../../renderer/gallery/selection-store.ts";
import { beginLanguage } from "../../../renderer/i18n.ts";
import { inspectorStore } from "../../../renderer/inspector/inspector-store.ts";
import * as library from "../../../renderer/library-store.ts";
import { addMarks, queueStore } from "../../../renderer/queue-store.ts";
import { settingsStore } from "../../../renderer/settings-store.ts";
import { App } from "../../../renderer/shell/app.tsx";
import { roomStore } from "../../../renderer/shell/room-store.ts";
import { FAKE_FACTS, FAKE_FOLDERS, fakeMarks, fakeRows } from "../gallery-page/fake-library.ts";
import { fakeInspection, fakeTrust, STATES } from "./fake-inspection.ts";

/*
 * The app's window in the inspector, with photos that are made up; the address says in which state and how it is shown:
 * ?state=several&photos=10000&language=zh-CN&theme=light. What it asked for is kept in window.asked.
 */
const query = new URLSearchParams(location.search);
const state = STATES.find((each) => each === query.get("state")) ?? "done";
const rows = fakeRows(state === "empty" ? 0 : Number(query.get("photos") ?? 10_000));
const asked: (readonly [string, ...unknown[]])[] = [];
const recipe = () => settingsStore.getState().settings.recipe;
const answers: Readonly<Record<string, (...args: never[]) => unknown>> = {
  photos: ({ offset, limit }: { offset: number; limit: number }) => rows.slice(offset, offset + limit),
  facts: () => FAKE_FACTS,
  inspect: (id: number) => (state === "slow" ? new Promise(() => undefined) : fakeInspection(id, state, recipe())),
  trust: () => fakeTrust(),
  enhance: () => ({ batch: 1, added: 1 }),
};

const silvergrain = new Proxy(
  {},
  {
    get:
      (_, name: string) =>
      async (...args: never[]) => {
        asked.push([name, ...args]);
        const isRefused = name === "inspect" && state === "failed";
        if (isRefused) return { ok: false, failure: { code: "SOURCE_CORRUPT", message: "The photo is cut off." } };
        return { ok: true, value: await answers[name]?.(...args) };
      },
  },
);
Object.assign(window, {
  silvergrain,
  asked,
  stores: { library, inspectorStore, roomStore, selectionStore, queueStore },
});

const MODELS: readonly ModelCard[] = ["silvergrain-x4", "srgan-x4", "srresnet-x4", "realesr-general-x4v3"].map(
  (id) => ({
    id,
    name: id,
    scale: 4,
    hasRealism: id === "silvergrain-x4",
    hasSample: false,
  }),
);

document.documentElement.dataset.theme = query.get("theme") ?? "dark";
settingsStore.setState({ models: MODELS, target: "/home/ana/Pictures/Enhanced" });
await beginLanguage(query.get("language") === "zh-CN" ? "zh-CN" : "en");
addMarks(fakeMarks(rows));
await library.beginLibrary({ folders: FAKE_FOLDERS } as unknown as Opening);
const focus = library.libraryStore.getState().ids[Number(query.get("at") ?? 3)];
if (focus !== undefined) selectionStore.setState({ selected: new Set([focus]), anchor: focus, focus });
roomStore.setState({ room: "inspector" });
const root = document.getElementById("root");
if (root === null) throw new Error("Expected an element #root");
createRoot(root).render(createElement(App));
await document.fonts.ready;
document.documentElement.dataset.ready = "true";

declare global {
  interface Window {
    readonly stores: unknown;
  }
}
