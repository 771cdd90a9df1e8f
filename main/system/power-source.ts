import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** Windows starts PowerShell in a second or five. */
const TIMEOUT_MS = 15_000;

/** By its full path: Windows looks for a bare name in the working folder first, which may be anyone's. */
const POWERSHELL = `${process.env.SystemRoot ?? "C:\\Windows"}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`;

/** One folder of /sys/class/power_supply, by the names of its files. */
export interface Supply {
  readonly type: string | undefined;
  readonly scope: string | undefined;
  readonly online: string | undefined;
  readonly status: string | undefined;
}

export interface PowerSourceOptions {
  readonly platform?: NodeJS.Platform;
  /** Where Linux lists its supplies. */
  readonly suppliesDir?: string;
  /** Runs a program and returns what it prints. */
  readonly run?: (program: string, args: readonly string[]) => Promise<string>;
}

/** Whether this machine runs from its battery; undefined where that cannot be told. */
export async function onBattery({
  platform = process.platform,
  suppliesDir = "/sys/class/power_supply",
  run = runProgram,
}: PowerSourceOptions = {}): Promise<boolean | undefined> {
  try {
    switch (platform) {
      case "linux":
        return linuxOnBattery(readSupplies(suppliesDir));
      case "darwin":
        return macOnBattery(await run("/usr/bin/pmset", ["-g", "batt"]));
      case "win32":
        return windowsOnBattery(
          await run(POWERSHELL, ["-NoProfile", "-Command", "(Get-CimInstance Win32_Battery).BatteryStatus"]),
        );
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}

/** Source: the kernel's Documentation/ABI/testing/sysfs-class-power. */
export function linuxOnBattery(supplies: readonly Supply[]): boolean | undefined {
  const isBattery = ({ type }: Supply) => type === "Battery" || type === "UPS";
  if (supplies.some((supply) => !isBattery(supply) && supply.scope !== "Device" && supply.online === "1")) return false;
  // A mouse's battery says "Device".
  const batteries = supplies.filter((supply) => isBattery(supply) && supply.scope !== "Device");
  if (batteries.length === 0) return false;
  if (batteries.some(({ status }) => status === "Discharging")) return true;
  return batteries.every(({ status }) => status === undefined || status === "Unknown") ? undefined : false;
}

/** Reads `pmset -g batt`, which begins: Now drawing from 'Battery Power'. */
export function macOnBattery(text: string): boolean | undefined {
  switch (/drawing from '(AC|Battery|UPS) Power'/.exec(text)?.[1]) {
    case "AC":
      return false;
    case "Battery":
    case "UPS":
      return true;
    default:
      return undefined;
  }
}

/**
 * Reads one number a battery, none without a battery. 1, 4 and 5 are discharging, low and critical; what is low or
 * critical but charged has numbers of its own. Source: the CIM class Win32_Battery, BatteryStatus.
 */
export function windowsOnBattery(text: string): boolean | undefined {
  const states = text.split(/\s+/).filter((word) => word !== "");
  if (states.some((state) => ["2", "6", "7", "8", "9", "11"].includes(state))) return false;
  if (states.some((state) => ["1", "4", "5"].includes(state))) return true;
  return states.every((state) => state === "3") ? false : undefined;
}

function readSupplies(folder: string): readonly Supply[] {
  return readdirSync(folder).map((name) => {
    const read = (file: string) => readIfThere(join(folder, name, file));
    return { type: read("type"), scope: read("scope"), online: read("online"), status: read("status") };
  });
}

/** Not every supply has every file, and a driver may refuse to be read. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}

async function runProgram(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [...args], { timeout: TIMEOUT_MS, windowsHide: true });
  return stdout;
}
