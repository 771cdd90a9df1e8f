import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ModelFacts } from "../../main/core/enhance.ts";
import type { Size } from "../../main/core/geometry.ts";
import type { OpenSession } from "../../main/engine/session.ts";
import { findModel, modelFacts, readCatalogue } from "../../main/models/catalogue.ts";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const CATALOGUE = readCatalogue(join(ROOT, "models"));

/** A bundled model's facts. */
export function model(id: "srgan-x4" | "srresnet-x4"): ModelFacts {
  return modelFacts(findModel(CATALOGUE, id));
}

/** The facts of a model that is not there: for use with a fake session. */
export const FAKE_MODEL: ModelFacts = { ...model("srgan-x4"), id: "fake-x4", sha256: "0".repeat(64), padPx: 2 };

/** Pixels repeated: the simplest thing that enlarges and keeps every value. */
export function repeatPixels(planar: Float32Array, size: Size, scale: number): Float32Array {
  const wide = size.width * scale;
  const out = new Float32Array(planar.length * scale * scale);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < size.height * scale; y++) {
      for (let x = 0; x < wide; x++) {
        const from = (channel * size.height + Math.floor(y / scale)) * size.width + Math.floor(x / scale);
        out[(channel * size.height * scale + y) * wide + x] = planar[from] as number;
      }
    }
  }
  return out;
}

/** A session that repeats pixels, or does what `run` says. */
export function fakeSession(run: typeof repeatPixels = repeatPixels): OpenSession {
  return async (facts, device) => ({
    device,
    run: async (planar, size) => run(planar, size, facts.scale),
    release: async () => {},
  });
}
