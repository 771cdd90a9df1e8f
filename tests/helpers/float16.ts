import { floatsToHalves } from "../../main/core/half.ts";
import { decodeModel, encodeModel } from "../../main/core/onnx/model.ts";
import { ELEMENT } from "../../main/core/onnx/schema.ts";
import { floatsOf } from "../../main/core/onnx/weights.ts";
import { toyModel } from "./toy-models.ts";

/** A toy that takes and gives float16: multiplies by a weight of one, and enlarges. */
export function float16Model(scale: number): Uint8Array {
  const model = decodeModel(toyModel({ scale, isUnit: true }), "toy");
  for (const tensor of model.graph.initializer) {
    if (tensor.dataType !== ELEMENT.float32 || tensor.name.startsWith("scales")) continue;
    const halves = floatsToHalves(floatsOf(tensor));
    tensor.dataType = ELEMENT.float16;
    tensor.rawData = new Uint8Array(halves.buffer);
  }
  for (const port of [...model.graph.input, ...model.graph.output]) {
    const type = port.type?.tensorType;
    if (type != null) type.elemType = ELEMENT.float16;
  }
  return encodeModel(model);
}
