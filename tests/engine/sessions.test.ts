import { describe, expect, test } from "vitest";
import { Lane } from "../../main/engine/lanes.ts";
import type { OpenSession } from "../../main/engine/session.ts";
import { Sessions } from "../../main/engine/sessions.ts";
import { FAKE_MODEL, fakeSession } from "../helpers/models.ts";
import { tempDir } from "../helpers/temp.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Sessions whose opening and releasing is noted. */
function noted() {
  const log: string[] = [];
  const open: OpenSession = async (facts, device, options) => {
    log.push(`open ${facts.id}`);
    const session = await fakeSession()(facts, device, options);
    return { ...session, release: async () => void log.push(`release ${facts.id}`) };
  };
  const turns = new Lane();
  return { log, turns, sessions: new Sessions(open, tempDir(), turns) };
}

const wanted = (id: string) => ({
  model: { ...FAKE_MODEL, id, sha256: id.repeat(64).slice(0, 64) },
  device: "cpu" as const,
  threads: 1,
  allowSpinning: true,
});

describe("Sessions", () => {
  test("a model is let go only when nobody works with it any more", async () => {
    const { log, sessions } = noted();
    (await sessions.lend(wanted("a"), "batch", false, undefined)).giveBack();
    const looked = await sessions.lend(wanted("a"), "interactive", false, undefined);
    const next = sessions.lend(wanted("b"), "batch", false, undefined);
    await turn();
    expect(log).toEqual(["open a"]);
    looked.giveBack();
    (await next).giveBack();
    expect(log).toEqual(["open a", "release a", "open b"]);
  });

  test("whoever looks has one model beside the batch's, and never takes that away", async () => {
    const { log, sessions } = noted();
    const batch = await sessions.lend(wanted("a"), "batch", false, undefined);
    for (const id of ["b", "a", "b", "c"])
      (await sessions.lend(wanted(id), "interactive", false, undefined)).giveBack();
    expect(log).toEqual(["open a", "open b", "release b", "open c"]);
    batch.giveBack();
    (await sessions.lend(wanted("c"), "batch", false, undefined)).giveBack();
    expect(log.slice(4), "the batch takes over what is loaded").toEqual(["release a"]);
    await sessions.release();
    expect(log.slice(5)).toEqual(["release c"]);
  });

  test("two that ask for one model at a time load it once", async () => {
    const { log, sessions } = noted();
    const both = [
      sessions.lend(wanted("a"), "interactive", true, undefined),
      sessions.lend(wanted("a"), "batch", true, undefined),
    ];
    const [first, second] = await Promise.all(both);
    expect(log).toEqual(["open a"]);
    expect(first?.session).toBe(second?.session);
  });

  test("a device is measured while no window is inferred, also when the batch is kept out", async () => {
    const { log, turns, sessions } = noted();
    const releaseHold = turns.hold();
    const endWindow = await turns.take({}, "interactive");
    const lent = sessions.lend(wanted("a"), "batch", true, undefined);
    await turn();
    expect(log).toEqual([]);
    endWindow();
    expect((await lent).tuning?.corePx).toBeGreaterThan(0);
    releaseHold();
  });
});
