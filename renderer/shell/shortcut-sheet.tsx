import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type appWords from "../../assets/locales/en/app.json";
import { settingsStore } from "../settings-store.ts";

type Word = keyof typeof appWords & `key${string}`;
type Group = keyof typeof appWords & `shortcuts${string}`;

/** Keys as they are printed on them; `Mod` is Ctrl, on a Mac ⌘. */
const GROUPS: readonly (readonly [Group, readonly (readonly [Word, ...string[]])[]])[] = [
  [
    "shortcutsGetIn",
    [
      ["keyAdd", "Mod", "O"],
      ["keyPaste", "Mod", "V"],
      ["keyFind", "Mod", "F"],
      ["keyExport", "Mod", "Shift", "E"],
    ],
  ],
  [
    "shortcutsSelect",
    [
      ["keyMove", "←", "↑", "↓", "→"],
      ["keyExtend", "Shift", "←", "→"],
      ["keyAll", "Mod", "A"],
      ["keyNone", "Esc"],
      ["keyTyping", "A", "–", "Z"],
      ["keyOpen", "E", "Enter"],
    ],
  ],
  [
    "shortcutsJudge",
    [
      ["keyStars", "0", "–", "5"],
      ["keyPick", "P"],
      ["keyReject", "X"],
      ["keyUnflag", "U"],
      ["keyLabels", "6", "–", "9"],
      ["keyKeep", "K"],
      ["keyBlind", "T"],
    ],
  ],
  [
    "shortcutsView",
    [
      ["keyGallery", "Alt", "1"],
      ["keyInspectorRoom", "Alt", "2"],
      ["keyQueue", "Alt", "3"],
      ["keyPanel", "Mod", "E"],
      ["keySize", "Mod", "+", "−"],
      ["keySettings", "Mod", ","],
      ["keySheet", "?"],
    ],
  ],
  [
    "shortcutsInspector",
    [
      ["keyBack", "G", "Esc"],
      ["keyStep", "←", "→"],
      ["keyZoom", "Z"],
      ["keyFit", "Mod", "0"],
      ["keyActual", "Mod", "1"],
      ["keyCloser", "+", "−"],
      ["keyPan", "Space"],
      ["keyPins", "M", "N"],
      ["keyFilmstrip", "F6"],
      ["keyPanels", "Tab"],
    ],
  ],
  [
    "shortcutsCompare",
    [
      ["keyCompare", "C"],
      ["keySplit", "S"],
      ["keySide", "Y"],
      ["keyBlink", "B"],
      ["keyDifference", "D"],
      ["keyBefore", "\\"],
      ["keyLoupe", "L"],
      ["keyLoupeZoom", "[", "]"],
      ["keyLive", "W"],
    ],
  ],
  [
    "shortcutsQueue",
    [
      ["keyEnhance", "Mod", "Enter"],
      ["keyMoveJob", "Alt", "↑", "↓"],
      ["keyCancelJob", "Delete"],
    ],
  ],
];

/** All keys on one sheet. */
export function ShortcutSheet(): ReactNode {
  const { t } = useTranslation();
  const isMac = useStore(settingsStore, (state) => state.platform === "darwin");
  return (
    <div className="key-groups">
      {GROUPS.map(([group, rows]) => (
        <section key={group} className="key-group">
          <h3 className="heading">{t(group)}</h3>
          <dl>
            {rows.map(([word, ...keys]) => (
              <div key={word}>
                <dt>{t(word)}</dt>
                <dd>
                  {keys.map((key) =>
                    key === "–" ? <span key={key}>{key}</span> : <kbd key={key}>{shown(key, isMac)}</kbd>,
                  )}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

function shown(key: string, isMac: boolean): string {
  if (key !== "Mod") return key;
  return isMac ? "⌘" : "Ctrl";
}
