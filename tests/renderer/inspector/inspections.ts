import type { Inspection } from "../../../preload/contract.ts";

/** A photo of 300 × 200 px that nothing was made of. */
export function inspectionOf(photo: number, part: Partial<Inspection> = {}): Inspection {
  return {
    photo,
    original: { key: `original${photo}`, width: 300, height: 200 },
    results: [],
    lost: 0,
    waiting: undefined,
    pins: [],
    tests: [],
    ...part,
  };
}
