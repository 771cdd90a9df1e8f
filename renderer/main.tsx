import "@fontsource-variable/inter/index.css";
import "@fontsource-variable/noto-sans-sc/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import "./tokens.css";
import "./base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { config } from "zod";
import type { Settings } from "../preload/contract.ts";
import { ask } from "./api.ts";
import { beginLanguage, setLanguage } from "./i18n.ts";
import { beginLibrary } from "./library-store.ts";
import { tellFailure } from "./notice-store.ts";
import { setQueue } from "./queue-store.ts";
import { settingsStore } from "./settings-store.ts";
import { App } from "./shell/app.tsx";
import { listen, takeOver } from "./shell/listen.ts";

// Its faster way makes functions out of text, which the page's policy forbids.
config({ jitless: true });
listen();
const opening = await ask("open");
settingsStore.setState(opening);
setQueue(opening.queue);
const languageOf = ({ language }: Settings) => (language === "system" ? opening.systemLanguage : language);
await beginLanguage(languageOf(opening.settings));
show(opening.settings);
settingsStore.subscribe(({ settings }, before) => {
  if (settings.theme !== before.settings.theme) show(settings);
  if (settings.language !== before.settings.language) void setLanguage(languageOf(settings));
});
beginLibrary(opening).catch(tellFailure);
takeOver();

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

function show({ theme }: Settings): void {
  document.documentElement.dataset.theme = theme;
}
