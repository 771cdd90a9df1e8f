import type { Inspection, Pin } from "../../preload/contract.ts";
import { ask } from "../api.ts";
import { tellFailure } from "../notice-store.ts";
import { goToPoint, sourceSize } from "./actions.ts";
import { inspectorStore } from "./inspector-store.ts";

/** Pins that the main process has not answered for yet, by what they are known by; `undefined` for one that goes. */
const pending = new Map<string, { readonly photo: number; readonly pin: Pin | undefined }>();

/** Sets a pin, or changes one. It is seen at once, and goes back to what it was where the main process refuses it. */
export function setPin(pin: Pin): Promise<void> {
  return change(pin.uid, pin, (photo) => ask("setPin", photo, pin));
}

/** Takes a pin off the photo and those that share it. */
export function removePin(uid: string): Promise<void> {
  return change(uid, undefined, (photo) => ask("removePin", photo, uid));
}

/** What the main process knows of a photo, with the pins that are on their way to it. */
export function withPendingPins(inspection: Inspection): Inspection {
  const mine = [...pending].filter(([, { photo }]) => photo === inspection.photo);
  return { ...inspection, pins: mine.reduce((pins, [uid, { pin }]) => placed(pins, uid, pin), inspection.pins) };
}

/** Goes to the next pin. @returns whether there is one */
export function hopPin(direction: 1 | -1 = 1): boolean {
  const { inspection, pin } = inspectorStore.getState();
  const pins = inspection?.pins ?? [];
  const at = pins.findIndex(({ uid }) => uid === pin);
  const next = pins[at < 0 ? 0 : (at + direction + pins.length) % pins.length];
  if (next === undefined) return false;
  goToPin(next);
  return true;
}

/** Brings a pin to the middle. */
export function goToPin(pin: Pin): void {
  const source = sourceSize(inspectorStore.getState());
  if (source === undefined) return;
  inspectorStore.setState({ pin: pin.uid });
  goToPoint({ x: pin.x * source.width, y: pin.y * source.height });
}

async function change(uid: string, pin: Pin | undefined, tell: (photo: number) => Promise<unknown>): Promise<void> {
  const { photo, inspection } = inspectorStore.getState();
  if (photo === undefined || inspection === undefined) return;
  const before = inspection.pins.find((each) => each.uid === uid);
  const mine = { photo, pin };
  pending.set(uid, mine);
  place(photo, uid, pin);
  try {
    await tell(photo);
  } catch (error) {
    // What was wanted of it meanwhile has its own answer.
    if (pending.get(uid) === mine) place(photo, uid, before);
    tellFailure(error);
  }
  if (pending.get(uid) === mine) pending.delete(uid);
}

/** Marks it, where it is new or another one now. */
function place(photo: number, uid: string, pin: Pin | undefined): void {
  inspectorStore.setState(({ inspection, pin: marked }) =>
    inspection?.photo === photo
      ? { inspection: { ...inspection, pins: placed(inspection.pins, uid, pin) }, pin: pin?.uid ?? marked }
      : {},
  );
}

function placed(pins: readonly Pin[], uid: string, pin: Pin | undefined): readonly Pin[] {
  if (pin === undefined) return pins.filter((each) => each.uid !== uid);
  return pins.some((each) => each.uid === uid) ? pins.map((each) => (each.uid === uid ? pin : each)) : [...pins, pin];
}
