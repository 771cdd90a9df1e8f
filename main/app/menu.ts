import { Menu, type MenuItemConstructorOptions } from "electron";
import type { TFunction } from "i18next";
import type { Command } from "../../preload/contract.ts";

/** Sets the application menu. The page carries its commands out, so that menu and keys do the same. */
export function setMenu(
  t: TFunction,
  platform: NodeJS.Platform,
  run: (command: Command) => void,
  updates: Pick<MenuItemConstructorOptions, "label" | "click">,
): void {
  const item = (label: string, command: Command, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => run(command),
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  const separator: MenuItemConstructorOptions = { type: "separator" };
  const settings = item(t("settingsMenu"), "settings", "CmdOrCtrl+,");
  const isMac = platform === "darwin";
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: "appMenu", submenu: appMenu(settings) } as const] : []),
    {
      label: t("menuFile"),
      submenu: [
        item(t("addFolders"), "add-folders", "CmdOrCtrl+O"),
        item(t("addFiles"), "add-files", "CmdOrCtrl+Shift+O"),
        item(t("exportMenu"), "export", "CmdOrCtrl+Shift+E"),
        separator,
        ...(isMac ? [] : [settings, separator]),
        isMac ? { role: "close", label: t("close") } : { role: "quit", label: t("menuQuit") },
      ],
    },
    {
      label: t("menuEdit"),
      submenu: [
        { role: "cut", label: t("menuCut") },
        { role: "copy", label: t("menuCopy") },
        { role: "paste", label: t("menuPaste") },
        separator,
        // The page has these keys: in a text field they mean the text.
        { ...item(t("menuSelectAll"), "select-all", "CmdOrCtrl+A"), registerAccelerator: false },
        { ...item(t("menuDeselect"), "deselect", "Escape"), registerAccelerator: false },
        { ...item(t("menuFind"), "find", "CmdOrCtrl+F"), registerAccelerator: false },
      ],
    },
    {
      label: t("menuView"),
      submenu: [
        { ...item(t("gallery"), "gallery", "Alt+1"), registerAccelerator: false },
        { ...item(t("inspector"), "inspector", "Alt+2"), registerAccelerator: false },
        { ...item(t("queue"), "queue", "Alt+3"), registerAccelerator: false },
        { ...item(t("enhancePanel"), "toggle-panel", "CmdOrCtrl+E"), registerAccelerator: false },
        separator,
        { ...item(t("menuLarger"), "larger", "CmdOrCtrl+="), registerAccelerator: false },
        { ...item(t("menuSmaller"), "smaller", "CmdOrCtrl+-"), registerAccelerator: false },
        separator,
        { role: "togglefullscreen", label: t("menuFullScreen") },
      ],
    },
    {
      label: t("menuHelp"),
      submenu: [{ ...item(t("shortcuts"), "shortcuts", "?"), registerAccelerator: false }, separator, updates],
    },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

/** What a Mac has in the menu that is named after the app, and the settings where they are looked for. */
function appMenu(settings: MenuItemConstructorOptions): MenuItemConstructorOptions[] {
  const separator: MenuItemConstructorOptions = { type: "separator" };
  return [
    { role: "about" },
    separator,
    settings,
    separator,
    { role: "services" },
    separator,
    { role: "hide" },
    { role: "hideOthers" },
    { role: "unhide" },
    separator,
    { role: "quit" },
  ];
}
