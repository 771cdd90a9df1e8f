import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { InferenceSession, listSupportedBackends, Tensor } from "onnxruntime-node";
import type { Device, ModelFacts } from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import { describeSize, type Size } from "../core/geometry.ts";

/** A loaded model on a device. */
export interface Session {
  readonly device: Device;
  /**
   * Runs the model on one window. Blocks the thread while it computes.
   * @param planar 3 × height × width samples in the model's range; not kept
   * @returns 3 × (height·scale) × (width·scale) samples, not clamped
   * @throws SilvergrainError OUT_OF_MEMORY, or INTERNAL where the output is not of that shape
   */
  run(planar: Float32Array, size: Size): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Threads and their manners. */
export interface SessionOptions {
  readonly threads: number;
  readonly allowSpinning: boolean;
}

/** Opens a session; a fake takes its place in tests. */
export type OpenSession = (model: ModelFacts, device: Device, options: SessionOptions) => Promise<Session>;

/** The execution providers that this build of ONNX Runtime carries. */
export function bundledProviders(): readonly string[] {
  return listSupportedBackends()
    .filter((backend) => backend.bundled)
    .map((backend) => backend.name);
}

/**
 * Reads a model's file and checks it against its hash before anything looks inside.
 * @throws SilvergrainError MODEL_CORRUPT
 */
export function readModel(model: ModelFacts): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(model.file);
  } catch (error) {
    throw new SilvergrainError("MODEL_CORRUPT", `The model ${model.id} is not there. Expected it at ${model.file}.`, {
      cause: error,
    });
  }
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== model.sha256) {
    throw new SilvergrainError(
      "MODEL_CORRUPT",
      `The model file ${basename(model.file)} is not the one that the catalogue names: expected SHA-256 ${model.sha256.slice(0, 12)}…, found ${found.slice(0, 12)}…. Install it again.`,
    );
  }
  return bytes;
}

/** Opens the model with ONNX Runtime. @throws SilvergrainError MODEL_CORRUPT or DEVICE_UNAVAILABLE */
export const openSession: OpenSession = async (model, device, options) => {
  const bytes = readModel(model);
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(bytes, {
      executionProviders: [device],
      graphOptimizationLevel: "all",
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      // Measured on srgan-x4, window 272 px: 1,010 MB without the pattern, 1,446 MB with it, at the same speed.
      enableMemPattern: false,
      logSeverityLevel: 3,
      extra: { session: { intra_op: { allow_spinning: options.allowSpinning ? "1" : "0" } } },
    });
  } catch (error) {
    const detail = reasonOf(error);
    if (device === "cpu") {
      throw new SilvergrainError("MODEL_CORRUPT", `The model ${model.id} cannot be loaded (${detail}).`, {
        cause: error,
      });
    }
    throw new SilvergrainError("DEVICE_UNAVAILABLE", detail, { cause: error });
  }
  return new OnnxSession(session, model, device);
};

class OnnxSession implements Session {
  constructor(
    private readonly session: InferenceSession,
    private readonly model: ModelFacts,
    readonly device: Device,
  ) {}

  async run(planar: Float32Array, size: Size): Promise<Float32Array> {
    const { inputName, outputName, scale, id } = this.model;
    const input = new Tensor("float32", planar, [1, 3, size.height, size.width]);
    let outputs: InferenceSession.OnnxValueMapType;
    try {
      outputs = await this.session.run({ [inputName]: input }, [outputName]);
    } catch (error) {
      throw runError(error, id, size);
    }
    const output = outputs[outputName];
    const wanted = 3 * size.height * size.width * scale * scale;
    if (!(output instanceof Tensor) || !(output.data instanceof Float32Array) || output.data.length !== wanted) {
      throw new SilvergrainError(
        "INTERNAL",
        `The model ${id} gave a result of another shape than its scale of ${scale} promises.`,
      );
    }
    return output.data;
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}

/** ONNX Runtime's message without the source line and the condition that it begins with. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^\S*onnxruntime\S*\s.*?\bwas false\.\s*/s, "").trim();
}

function runError(error: unknown, id: string, size: Size): SilvergrainError {
  const detail = error instanceof Error ? error.message : String(error);
  if (/alloc|out of memory|not enough memory|OOM/i.test(detail)) {
    return new SilvergrainError("OUT_OF_MEMORY", `Memory ran out in a window of ${describeSize(size)} px.`, {
      cause: error,
    });
  }
  return new SilvergrainError(
    "INTERNAL",
    `The model ${id} failed in a window of ${describeSize(size)} px (${detail}).`,
    { cause: error },
  );
}
