import { createStore } from "zustand/vanilla";

/** What of the app is in view. */
export interface RoomFacts {
  readonly room: "gallery" | "inspector" | "queue";
  readonly dialog: "shortcuts" | "settings" | "export" | { readonly passedOver: number } | undefined;
}

export const roomStore = createStore<RoomFacts>(() => ({ room: "gallery", dialog: undefined }));

export function goTo(room: RoomFacts["room"]): void {
  roomStore.setState({ room });
}

export function openDialog(dialog: RoomFacts["dialog"]): void {
  roomStore.setState({ dialog });
}
