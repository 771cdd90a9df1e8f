import { MOST_CACHE_GB, type Settings } from "../../preload/contract.ts";

/** The choices with the one in use among them, where it is another: settings may come from another machine. */
export function withOwn<T>(choices: readonly T[], own: T): readonly T[] {
  return choices.includes(own) ? choices : [...choices, own];
}

/** Numbers of threads to choose from. */
export function threadChoices(cores: number, own: Settings["threads"]): readonly Settings["threads"][] {
  return withOwn<Settings["threads"]>(["auto", ...Array.from({ length: cores }, (_, i) => i + 1)], own);
}

/** A limit as it was typed, or `undefined` where that is none. */
export function gigabytesFrom(text: string): number | undefined {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= 1 && value <= MOST_CACHE_GB ? value : undefined;
}
