import { SilvergrainError } from "../errors.ts";
import { decodeModel, encodeModel, nodeOf, shapeConstant, tensorOf } from "./model.ts";
import { ELEMENT, integer } from "./schema.ts";

/** What a network lacks to give a whole enlarged picture. */
export interface Wrapping {
  readonly inputName: string;
  readonly outputName: string;
  readonly scale: number;
  /** Source px that its result lacks on every side. */
  readonly shrinkPx: number;
  /** Its result is a difference to the source enlarged by repeating pixels. */
  readonly difference: "none" | "add" | "subtract";
}

/** A tensor's new name inside the graph; the outside name goes to what is wrapped around it. */
const INNER = "silvergrain.inner.";

/**
 * Puts operations around a network so that its result is the whole picture: the source's border is repeated
 * outwards by what the network cuts off, and the enlarged source is added where the network gives the difference.
 * @returns an ONNX file; the same bytes where nothing is lacking
 * @throws SilvergrainError MODEL_UNSUPPORTED where the file is of a version in which this cannot be written
 */
export function wrapModel(bytes: Uint8Array, name: string, wrapping: Wrapping): Uint8Array {
  const { inputName, outputName, scale, shrinkPx, difference } = wrapping;
  if (shrinkPx === 0 && difference === "none") return bytes;
  const model = decodeModel(bytes, name);
  refuseOld(model, name);
  const { graph } = model;
  if (shrinkPx > 0) {
    const inner = INNER + inputName;
    rename(graph.node, inputName, inner);
    const pads = `${INNER}pads`;
    graph.initializer.push(tensorOf(pads, shapeConstant([0, 0, shrinkPx, shrinkPx, 0, 0, shrinkPx, shrinkPx])));
    graph.node.unshift(
      nodeOf({ op: "Pad", inputs: [inputName, pads], outputs: [inner], attributes: { mode: "edge" } }),
    );
  }
  if (difference !== "none") {
    const inner = INNER + outputName;
    rename(graph.node, outputName, inner);
    const scales = `${INNER}scales`;
    const enlarged = `${INNER}enlarged`;
    graph.initializer.push(tensorOf(scales, { dims: [4], data: Float32Array.of(1, 1, scale, scale) }));
    graph.node.push(
      nodeOf({
        op: "Resize",
        inputs: [inputName, "", scales],
        outputs: [enlarged],
        attributes: { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" },
      }),
      difference === "add"
        ? nodeOf({ op: "Add", inputs: [enlarged, inner], outputs: [outputName] })
        : nodeOf({ op: "Sub", inputs: [enlarged, inner], outputs: [outputName] }),
    );
  }
  for (const output of graph.output) {
    if (output.name !== outputName) continue;
    const elemType = output.type?.tensorType?.elemType ?? ELEMENT.float32;
    const dim = [{ dimValue: 1 }, { dimParam: "planes" }, { dimParam: "out_height" }, { dimParam: "out_width" }];
    output.type = { tensorType: { elemType, shape: { dim } } };
  }
  return encodeModel(model);
}

/** Before this version, pads and scales were no inputs of their operations. */
const LEAST_OPSET = 11;

function refuseOld(model: ReturnType<typeof decodeModel>, name: string): void {
  const opset = model.opsetImport.find(({ domain }) => domain === "" || domain === "ai.onnx");
  const version = opset === undefined ? 1 : integer(opset.version);
  if (version >= LEAST_OPSET) return;
  throw new SilvergrainError(
    "MODEL_UNSUPPORTED",
    `${name} needs its border or its source added, which can be done from ONNX operator set ${LEAST_OPSET} on, but it is of ${version}. Export it anew.`,
  );
}

function rename(nodes: readonly { input: string[]; output: string[] }[], from: string, to: string): void {
  for (const node of nodes) {
    node.input = node.input.map((name) => (name === from ? to : name));
    node.output = node.output.map((name) => (name === from ? to : name));
  }
}
