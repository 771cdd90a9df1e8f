import { readdirSync } from "node:fs";
import { constants, setPriority } from "node:os";

/**
 * Lets everything else on the machine go before process `pid`, or no longer.
 *
 * On Linux a priority belongs to a thread: all of them are set, and a thread inherits that of the one which starts it.
 * There the way back up needs a privilege (CAP_SYS_NICE, or RLIMIT_NICE; see setpriority(2)), so that for most users
 * `on` lasts until the process ends.
 * @returns whether all of it worked
 */
export function setGiveWay(pid: number, on: boolean): boolean {
  const { PRIORITY_LOW, PRIORITY_NORMAL } = constants.priority;
  try {
    for (const id of process.platform === "linux" ? threadsOf(pid) : [pid])
      setPriority(id, on ? PRIORITY_LOW : PRIORITY_NORMAL);
    return true;
  } catch {
    return false;
  }
}

/** The process itself comes first: what it starts meanwhile inherits. */
function threadsOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`)
    .map(Number)
    .sort((a, b) => Number(b === pid) - Number(a === pid));
}
