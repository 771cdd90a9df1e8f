import { probeModel } from "../../main/engine/probe-model.ts";
import { openNetwork, readModel } from "../../main/engine/session.ts";
import type { Inspect } from "../../main/models/install.ts";

/** What the engine does when it inspects a model, in this process. */
export const inspectHere: Inspect = async ({ file, sha256, name }) => {
  const bytes = readModel({ id: name, file, sha256, blend: undefined });
  const network = await openNetwork(bytes, name, "cpu", { threads: 2, allowSpinning: true });
  try {
    return await probeModel(network, name);
  } finally {
    await network.release();
  }
};
