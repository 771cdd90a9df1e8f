import type { PhotoFacts } from "../../preload/contract.ts";
import { bytes, cameraTime, megapixels } from "../format.ts";

/** An exposure time as cameras write it: 1/250 s, 0.5 s, 30 s. */
export function exposure(seconds: number): string {
  if (seconds < 0.4) return `1/${Math.round(1 / seconds)} s`;
  return `${Number(seconds.toFixed(1))} s`;
}

/** The facts of a photo in the order that they are read; those that are not known are left out. @param mp the unit */
export function factsInWords(facts: PhotoFacts, mp: string): readonly string[] {
  const { camera, lens, seconds, fNumber, iso, focalLength, width, height, profile, takenMs } = facts;
  const parts = [
    camera,
    lens,
    seconds === undefined || seconds <= 0 ? undefined : exposure(seconds),
    fNumber === undefined ? undefined : `f/${Number(fNumber.toFixed(1))}`,
    iso === undefined ? undefined : `ISO ${iso}`,
    focalLength === undefined ? undefined : `${Number(focalLength.toFixed(1))} mm`,
    `${width} × ${height}`,
    megapixels(width, height, mp),
    bytes(facts.bytes),
    profile,
    takenMs === undefined ? undefined : cameraTime(takenMs),
  ];
  return parts.filter((part) => part !== undefined);
}
