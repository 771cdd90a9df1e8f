import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { env, InferenceSession, listSupportedBackends, Tensor } from "onnxruntime-node";
import type { Device, ElementType, ModelFacts } from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import { describeSize, type Size } from "../core/geometry.ts";
import { floatsToHalves, halvesToFloats } from "../core/half.ts";
import { interpolateWeights } from "../core/onnx/weights.ts";
import { hashBytes } from "../system/hash-file.ts";

/** A loaded model on a device. */
export interface Session {
  readonly device: Device;
  /**
   * Runs the model on one window. Blocks the thread while it computes.
   * @param planar 3 × height × width samples in the model's range, planes in the order R, G, B; not kept
   * @returns 3 × (height·scale) × (width·scale) samples in that order, not clamped
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

/** Versions of what infers. */
export function inferenceVersions(): Readonly<Record<string, string>> {
  return { "ONNX Runtime": env.versions.node ?? env.versions.common };
}

/** The execution providers that this build of ONNX Runtime carries. */
export function bundledProviders(): readonly string[] {
  return listSupportedBackends()
    .filter((backend) => backend.bundled)
    .map((backend) => backend.name);
}

/**
 * Reads a model's file and checks it against its hash before anything looks inside; mixes in the weights of its blend.
 * @throws SilvergrainError MODEL_CORRUPT
 */
export function readModel({
  id,
  file,
  sha256,
  blend,
}: Pick<ModelFacts, "id" | "file" | "sha256" | "blend">): Uint8Array {
  const bytes = readChecked(id, file, sha256);
  if (blend === undefined) return bytes;
  return interpolateWeights(bytes, readChecked(id, blend.file, blend.sha256), blend.share);
}

function readChecked(id: string, file: string, sha256: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new SilvergrainError("MODEL_CORRUPT", `The model ${id} is not there. Expected it at ${file}.`, {
      cause: error,
    });
  }
  const found = hashBytes(bytes);
  if (found !== sha256) {
    throw new SilvergrainError(
      "MODEL_CORRUPT",
      `The model file ${basename(file)} is not the one that the catalogue names: expected SHA-256 ${sha256.slice(0, 12)}…, found ${found.slice(0, 12)}…. Install it again.`,
    );
  }
  return bytes;
}

/** Opens the model with ONNX Runtime. @throws SilvergrainError MODEL_CORRUPT or DEVICE_UNAVAILABLE */
export const openSession: OpenSession = async (model, device, options) => {
  const network = await openNetwork(readModel(model), model.id, device, options);
  return new PictureSession(network, model, device);
};

/** One input or output of a network. Dimensions are numbers where they are fixed and words where they are not. */
export interface Port {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

/** A network of any shape: what is under a session, and what probing and judging work with. */
export interface Network {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /**
   * Feeds one tensor and fetches one. Float16 is converted on the way in and out.
   * @throws SilvergrainError OUT_OF_MEMORY or INTERNAL with the runtime's own words
   */
  run(
    input: {
      readonly name: string;
      readonly type: ElementType;
      readonly data: Float32Array;
      readonly dims: readonly number[];
    },
    outputName: string,
  ): Promise<{ readonly data: Float32Array; readonly dims: readonly number[] }>;
  release(): Promise<void>;
}

/** Loads a network from a file's bytes. @throws SilvergrainError MODEL_CORRUPT or, for a device, DEVICE_UNAVAILABLE */
export async function openNetwork(
  bytes: Uint8Array,
  id: string,
  device: Device,
  options: SessionOptions,
): Promise<Network> {
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
      throw new SilvergrainError("MODEL_CORRUPT", `The model ${id} cannot be loaded (${detail}).`, { cause: error });
    }
    throw new SilvergrainError("DEVICE_UNAVAILABLE", detail, { cause: error });
  }
  return new OnnxNetwork(session, id);
}

class OnnxNetwork implements Network {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];

  constructor(
    private readonly session: InferenceSession,
    private readonly id: string,
  ) {
    this.inputs = session.inputMetadata.map(portOf);
    this.outputs = session.outputMetadata.map(portOf);
  }

  async run(input: Parameters<Network["run"]>[0], outputName: string) {
    const { name, type, data, dims } = input;
    const tensor =
      type === "float16"
        ? new Tensor("float16", floatsToHalves(data), [...dims])
        : new Tensor("float32", data, [...dims]);
    let outputs: InferenceSession.OnnxValueMapType;
    try {
      outputs = await this.session.run({ [name]: tensor }, [outputName]);
    } catch (error) {
      throw runError(error, this.id, { width: dims.at(-1) ?? 0, height: dims.at(-2) ?? 0 });
    }
    const output = outputs[outputName];
    if (!(output instanceof Tensor)) throw new SilvergrainError("INTERNAL", `The model ${this.id} gave no tensor.`);
    return { data: floatsOfTensor(output, this.id), dims: output.dims };
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}

/** A network that takes pictures as its model's facts say. */
class PictureSession implements Session {
  constructor(
    private readonly network: Network,
    private readonly model: ModelFacts,
    readonly device: Device,
  ) {}

  async run(planar: Float32Array, size: Size): Promise<Float32Array> {
    const { inputPlanes, outputPlanes } = this.model;
    if (inputPlanes === "gray") return this.runEachPlane(planar, size);
    const input = inputPlanes === "BGR" ? reversePlanes(planar) : planar;
    const output = await this.runOnce(input, 3, size);
    return outputPlanes === "BGR" ? reversePlanes(output) : output;
  }

  async release(): Promise<void> {
    await this.network.release();
  }

  /** A gray model enlarges each colour by itself, so that colours stay what they were. */
  private async runEachPlane(planar: Float32Array, size: Size): Promise<Float32Array> {
    const plane = planar.length / 3;
    const enlarged = plane * this.model.scale ** 2;
    const result = new Float32Array(enlarged * 3);
    for (let i = 0; i < 3; i++) {
      result.set(await this.runOnce(planar.slice(i * plane, (i + 1) * plane), 1, size), i * enlarged);
    }
    return result;
  }

  private async runOnce(data: Float32Array, planes: number, size: Size): Promise<Float32Array> {
    const { inputName, outputName, scale, id, elementType } = this.model;
    const dims = [1, planes, size.height, size.width];
    const output = await this.network.run({ name: inputName, type: elementType, data, dims }, outputName);
    if (output.data.length !== planes * size.height * size.width * scale * scale) {
      throw new SilvergrainError(
        "INTERNAL",
        `The model ${id} gave a result of another shape than its scale of ${scale} promises.`,
      );
    }
    return output.data;
  }
}

function reversePlanes(planar: Float32Array): Float32Array {
  const plane = planar.length / 3;
  const reversed = new Float32Array(planar.length);
  for (let i = 0; i < 3; i++) reversed.set(planar.subarray(i * plane, (i + 1) * plane), (2 - i) * plane);
  return reversed;
}

function portOf(value: InferenceSession.ValueMetadata): Port {
  return value.isTensor
    ? { name: value.name, type: value.type, shape: value.shape }
    : { name: value.name, type: "not a tensor", shape: [] };
}

/** Older Nodes give float16 as words, newer ones in an array of its own kind; the bytes are the same. */
function floatsOfTensor({ data, type }: Tensor, id: string): Float32Array {
  if (data instanceof Float32Array) return data;
  if (type === "float16" && ArrayBuffer.isView(data)) {
    return halvesToFloats(new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2));
  }
  throw new SilvergrainError("INTERNAL", `The model ${id} gave ${type} numbers; expected float32 or float16.`);
}

/** ONNX Runtime's message without the source line and the condition that it begins with. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^\S*onnxruntime\S*\s.*?\bwas false\.\s*/s, "").trim();
}

function runError(error: unknown, id: string, size: Size): SilvergrainError {
  const detail = error instanceof Error ? error.message : String(error);
  if (/\bOOM\b|out of memory|not enough memory|failed to allocate|bad_alloc/i.test(detail)) {
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
