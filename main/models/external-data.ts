import { closeSync, fstatSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join, sep } from "node:path";
import { SilvergrainError } from "../core/errors.ts";
import { decodeModel, encodeModel } from "../core/onnx/model.ts";
import type { Graph, Tensor } from "../core/onnx/schema.ts";

/** TensorProto.DataLocation EXTERNAL. */
const EXTERNAL = 1;
/** A protobuf message cannot be larger. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * Puts weights that an ONNX file keeps in other files into the file itself, so that a model is one file with one hash.
 * @param folder the model's own; nothing outside it is read, whatever the file says
 * @returns the same bytes where there are no such weights
 * @throws SilvergrainError MODEL_UNSUPPORTED where a path leads out of the folder; MODEL_CORRUPT where data is missing
 */
export function inlineExternalData(bytes: Uint8Array, folder: string, name: string): Uint8Array {
  const model = decodeModel(bytes, name);
  if ((model.functions?.length ?? 0) > 0 || (model.graph.sparseInitializer?.length ?? 0) > 0) {
    throw new SilvergrainError(
      "MODEL_UNSUPPORTED",
      `${name} cannot be used: expected a plain network, but it has functions or sparse weights of its own. Export it without them.`,
    );
  }
  const outside = tensorsOf(model.graph).filter((tensor) => tensor.dataLocation === EXTERNAL);
  if (outside.length === 0) return bytes;
  let total = bytes.length;
  for (const tensor of outside) {
    tensor.rawData = readExternal(tensor, folder, name);
    tensor.dataLocation = 0;
    tensor.externalData = [];
    total += tensor.rawData.length;
    if (total > MOST_BYTES) {
      throw new SilvergrainError("MODEL_UNSUPPORTED", `${name} is too large: expected 2 GB of weights at most.`);
    }
  }
  return encodeModel(model);
}

function readExternal(tensor: Tensor, folder: string, name: string): Uint8Array {
  const facts = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const path = insideFolder(facts.get("location") ?? "", folder, name);
  const fd = openSync(path, "r");
  try {
    const { size } = fstatSync(fd);
    const offset = Number(facts.get("offset") ?? 0);
    const length = Number(facts.get("length") ?? size - offset);
    if (
      !(Number.isInteger(offset) && Number.isInteger(length) && offset >= 0 && length >= 0 && offset + length <= size)
    ) {
      throw new SilvergrainError(
        "MODEL_CORRUPT",
        `${name} is not whole: the weight ${tensor.name} lies outside of its data file, which has ${size} bytes.`,
      );
    }
    const data = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const read = readSync(fd, data, at, length - at, offset + at);
      if (read === 0) throw new SilvergrainError("MODEL_CORRUPT", `${name} is not whole: its data file ends early.`);
      at += read;
    }
    return data;
  } finally {
    closeSync(fd);
  }
}

/** A path that stays in the folder, also once links are followed. */
function insideFolder(location: string, folder: string, name: string): string {
  const refused = new SilvergrainError(
    "MODEL_UNSUPPORTED",
    `${name} was refused: expected its weights beside it, but it asks for “${location}”.`,
  );
  const parts = location.split(/[\\/]/);
  if (location === "" || isAbsolute(location) || /^[A-Za-z]:/.test(location) || parts.includes("..")) throw refused;
  let real: string;
  try {
    real = realpathSync(join(folder, ...parts));
  } catch (error) {
    throw new SilvergrainError("MODEL_CORRUPT", `${name} is not whole: its data file ${location} is not beside it.`, {
      cause: error,
    });
  }
  const inside = realpathSync(folder);
  if (!real.startsWith(inside.endsWith(sep) ? inside : inside + sep) || !statSync(real).isFile()) throw refused;
  return real;
}

/** Every tensor of a graph, also those in attributes and in the graphs of branches and loops. */
function tensorsOf(graph: Graph): readonly Tensor[] {
  const inNodes = graph.node.flatMap(({ attribute }) =>
    attribute.flatMap(({ t, g, tensors, graphs }) => [
      ...(t == null ? [] : [t]),
      ...tensors,
      ...[...(g == null ? [] : [g]), ...graphs].flatMap(tensorsOf),
    ]),
  );
  return [...graph.initializer, ...inNodes];
}
