import { readFileSync } from "node:fs";
import { z } from "zod";
import { asSilvergrainError } from "../core/errors.ts";
import { writeFileAtomically } from "../system/atomic-file.ts";
import { log } from "./log.ts";
import { isOlder } from "./update-release.ts";

const Content = z.object({ newest: z.string() });

/** Remembers the newest version that a signature has vouched for, so that an older one is not shown as the newest later. */
export class UpdateMemory {
  constructor(private readonly file: string) {}

  get newest(): string | undefined {
    try {
      return Content.parse(JSON.parse(readFileSync(this.file, "utf8"))).newest;
    } catch {
      // Nobody has looked yet; a file that was spoilt is as good as none.
      return undefined;
    }
  }

  note(version: string): void {
    const { newest } = this;
    if (newest !== undefined && !isOlder(newest, version)) return;
    try {
      writeFileAtomically(this.file, `${JSON.stringify({ newest: version })}\n`);
    } catch (error) {
      // A full disk is no reason to do without a newer version.
      log(asSilvergrainError(error).message);
    }
  }
}
