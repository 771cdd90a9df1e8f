import { fixed } from "../format.ts";

/** Smaller chances are not told apart by anybody. */
const LEAST = 0.0001;

/** A p-value as it is printed: two figures that count, and no zero that is none. */
export function chanceText(chance: number): string {
  if (chance < LEAST) return `< ${fixed(LEAST, 4)}`;
  if (chance >= 0.1) return `= ${fixed(chance, 2)}`;
  return `= ${fixed(chance, chance >= 0.01 ? 3 : 4)}`;
}
