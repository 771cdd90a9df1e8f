/**
 * The calls of the page, by channel; what each takes and gives is said in contract.ts. Apart from it, so that the preload,
 * which runs before every page, carries no schemas.
 */
export const CALL_NAMES = [
  "open",
  "photos",
  "marks",
  "addPaths",
  "addByDialog",
  "addFromClipboard",
  "removeFolder",
  "rescanFolder",
  "passedOver",
  "judge",
  "facts",
  "look",
  "reveal",
  "plan",
  "enhance",
  "chooseTarget",
  "jobs",
  "pause",
  "cancel",
  "retry",
  "clear",
  "move",
  "openReport",
  "openTarget",
  "revealResult",
  "inspect",
  "live",
  "dropLive",
  "trust",
  "setPin",
  "removePin",
  "saveBlindTest",
  "saveSettings",
  "letLookForUpdates",
  "lookForUpdates",
  "exportReady",
  "exportNames",
  "exportPhotos",
  "stopExport",
  "showExport",
  "savePreset",
  "removePreset",
  "importPresets",
  "exportPresets",
  "diagnose",
  "surveyDevices",
  "copyDiagnostics",
  "openLogs",
] as const;
export type CallName = (typeof CALL_NAMES)[number];

/** The one channel on which events go to the page. */
export const EVENT_CHANNEL = "event";

/** Files and folders that are taken at once. */
export const MAX_PATHS = 10_000;
