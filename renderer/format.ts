import i18next from "i18next";

/*
 * Numbers as the user's language writes them. Formatters are kept: making one takes longer than using it a thousand times.
 */

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const language = i18next.resolvedLanguage ?? "en";
  const key = language + JSON.stringify(options);
  const known = formatters.get(key) ?? new Intl.NumberFormat(language, options);
  formatters.set(key, known);
  return known;
}

/** A count: 1,204. */
export function count(value: number): string {
  return formatter({}).format(value);
}

/** A share of 1: 34 %. */
export function percent(share: number): string {
  return formatter({ style: "percent" }).format(Math.floor(share * 100) / 100);
}

/** A share of 1 to a tenth of a percent, rounded down so that only all is 100.0 %: 98.7 %. */
export function percentTenths(share: number): string {
  const options = { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 } as const;
  return formatter(options).format(Math.floor(share * 1000 + 1e-9) / 1000);
}

/** Bytes in decimal units, as file managers show them: 1.9 GB. */
export function bytes(value: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
  let power = 0;
  let size = value;
  while (size >= 999.5 && power < units.length - 1) {
    size /= 1000;
    power++;
  }
  const unit = units[power] ?? "byte";
  const digits = size < 10 && power > 1 ? 1 : 0;
  return formatter({ style: "unit", unit, unitDisplay: "short", maximumFractionDigits: digits }).format(size);
}

/** Millions of pixels: 9.8 MP. @param unit what they are called in this language */
export function megapixels(width: number, height: number, unit: string): string {
  const value = (width * height) / 1e6;
  const digits = value < 1 ? 2 : value < 100 ? 1 : 0;
  return `${formatter({ maximumFractionDigits: digits, minimumFractionDigits: digits }).format(value)} ${unit}`;
}

/** A duration in one or two units, rounded up to what can be promised: 4 min, 1 hr 20 min. */
export function duration(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  const unit = (value: number, name: "second" | "minute" | "hour") =>
    formatter({ style: "unit", unit: name, unitDisplay: "short" }).format(value);
  if (seconds < 60) return unit(seconds, "second");
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return unit(minutes, "minute");
  const rest = minutes % 60;
  const hours = unit(Math.floor(minutes / 60), "hour");
  return rest === 0 ? hours : `${hours} ${unit(rest, "minute")}`;
}

/** A day and time as the camera's clock had it. @param ms since 1970 as if that clock were UTC */
export function cameraTime(ms: number): string {
  const language = i18next.resolvedLanguage ?? "en";
  return new Date(ms).toLocaleString(language, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
}

/** A day and time as the clock on the wall has it. @param ms since 1970 */
export function localTime(ms: number): string {
  const language = i18next.resolvedLanguage ?? "en";
  return new Date(ms).toLocaleString(language, { dateStyle: "medium", timeStyle: "medium" });
}

/** A figure with so many digits behind the point. */
export function fixed(value: number, digits: number): string {
  return formatter({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}
