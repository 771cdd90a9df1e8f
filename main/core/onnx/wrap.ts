import { decodeModel, encodeModel, nodeOf, shapeConstant, tensorOf } from "./model.ts";
import { ELEMENT } from "./schema.ts";

/** What a network lacks to give a whole enlarged picture. */
export interface Wrapping {
  readonly inputName: string;
  readonly outputName: string;
  readonly scale: number;
  /** Source px that its result lacks on every side. */
  readonly shrinkPx: number;
  /** Its result is the difference to the source enlarged by repeating pixels. */
  readonly isDifference: boolean;
  readonly isFloat16: boolean;
}

/** A tensor's new name inside the graph; the outside name goes to what is wrapped around it. */
const INNER = "silvergrain.inner.";

/**
 * Puts operations around a network so that its result is the whole picture: the source's border is repeated
 * outwards by what the network cuts off, and the enlarged source is added where the network gives the difference.
 * @returns an ONNX file; the same bytes where nothing is lacking
 */
export function wrapModel(bytes: Uint8Array, name: string, wrapping: Wrapping): Uint8Array {
  const { inputName, outputName, scale, shrinkPx, isDifference, isFloat16 } = wrapping;
  if (shrinkPx === 0 && !isDifference) return bytes;
  const model = decodeModel(bytes, name);
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
  if (isDifference) {
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
      nodeOf({ op: "Add", inputs: [inner, enlarged], outputs: [outputName] }),
    );
  }
  for (const output of graph.output) {
    if (output.name !== outputName) continue;
    const elemType = isFloat16 ? ELEMENT.float16 : ELEMENT.float32;
    const dim = [{ dimValue: 1 }, { dimParam: "planes" }, { dimParam: "out_height" }, { dimParam: "out_width" }];
    output.type = { tensorType: { elemType, shape: { dim } } };
  }
  return encodeModel(model);
}

function rename(nodes: readonly { input: string[]; output: string[] }[], from: string, to: string): void {
  for (const node of nodes) {
    node.input = node.input.map((name) => (name === from ? to : name));
    node.output = node.output.map((name) => (name === from ? to : name));
  }
}
