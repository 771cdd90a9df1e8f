import { cpus, homedir, release, totalmem } from "node:os";

/** What a report of this computer is made from. */
export interface DiagnosticFacts {
  readonly versions: Readonly<Record<string, string>>;
  readonly platform: string;
  /** The device that photos are enhanced on, and why not on those that would be better. */
  readonly device: string;
  readonly refusals: readonly { readonly device: string; readonly reason: string }[];
  readonly folders: Readonly<Record<string, string>>;
  readonly reports: readonly string[];
  readonly lines: readonly string[];
}

/** A report for whoever helps: nothing in it names a photo, and the home folder is “~”. */
export function diagnosticsText(facts: DiagnosticFacts): string {
  const rows = (entries: Readonly<Record<string, string>>) =>
    Object.entries(entries).map(([name, value]) => `${name}: ${value}`);
  const [cpu] = cpus();
  const text = [
    ...rows(facts.versions),
    `System: ${facts.platform} ${release()}, ${cpus().length} × ${cpu?.model.trim() ?? "CPU"}, ${Math.round(totalmem() / 2 ** 30)} GB`,
    `Runs on: ${facts.device}`,
    ...facts.refusals.map(({ device, reason }) => `Not on ${device}: ${reason}`),
    ...rows(facts.folders),
    `Crash reports: ${facts.reports.length === 0 ? "none" : facts.reports.join(", ")}`,
    "",
    ...facts.lines.slice(-30),
  ].join("\n");
  return text.replaceAll(homedir(), "~");
}
