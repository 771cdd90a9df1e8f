import type { Folder, PhotoRow } from "../core/viewing.ts";

/** What has changed, gathered: ten times a second at most. */
export type LibraryEvent =
  | { readonly type: "photos"; readonly changed: readonly PhotoRow[]; readonly gone: readonly number[] }
  | { readonly type: "folders"; readonly folders: readonly Folder[] }
  /** Something that went wrong in the background and that the user should know. */
  | { readonly type: "notice"; readonly code: string; readonly message: string };
