import { SilvergrainError } from "../errors.ts";
import { ATTRIBUTE, type Attribute, ELEMENT, MODEL_PROTO, type Model, type Node, type Tensor } from "./schema.ts";

/** ONNX operator set and file version that our own models are written in. Both are older than any runtime we meet. */
const OPSET = 13;
const IR_VERSION = 8;

/**
 * Reads an ONNX file. Weights are views into `bytes`, not copies.
 * @param name of the file, for the error
 * @throws SilvergrainError MODEL_CORRUPT
 */
export function decodeModel(bytes: Uint8Array, name: string): Model & { graph: NonNullable<Model["graph"]> } {
  let model: Model;
  try {
    model = MODEL_PROTO.decode(bytes) as unknown as Model;
  } catch (error) {
    throw new SilvergrainError("MODEL_CORRUPT", `${name} is damaged: expected an ONNX model, read to its end.`, {
      cause: error,
    });
  }
  const { graph } = model;
  if (graph === undefined || graph === null || graph.node.length === 0) {
    throw new SilvergrainError("MODEL_CORRUPT", `${name} holds no network. Expected an ONNX model.`);
  }
  return Object.assign(model, { graph });
}

/** The bytes of an ONNX file. */
export function encodeModel(model: Model): Uint8Array {
  return MODEL_PROTO.encode(model as unknown as Record<string, unknown>).finish();
}

/** A number, numbers or a word as a node's attribute. Whole numbers are `int`; wrap a float that may be whole in `float`. */
export type AttributeValue = number | string | readonly number[] | { readonly float: number };

/** One operation. */
export interface NodeSpec {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** A constant: float32 weights, or int64 shapes. */
export interface ConstantSpec {
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** A dimension that is fixed, or a word for one that is not. */
export type Shape = readonly (number | string)[];

/** A graph of float32 inputs and outputs, operations in an order that can be run. */
export interface GraphSpec {
  readonly nodes: readonly NodeSpec[];
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly outputs: Readonly<Record<string, Shape>>;
  readonly constants?: Readonly<Record<string, ConstantSpec>>;
}

/** Writes a model. */
export function buildModel(spec: GraphSpec): Uint8Array {
  return encodeModel({
    irVersion: IR_VERSION,
    producerName: "silvergrain",
    opsetImport: [{ domain: "", version: OPSET }],
    metadataProps: [],
    graph: {
      name: "graph",
      node: spec.nodes.map(nodeOf),
      initializer: Object.entries(spec.constants ?? {}).map(([name, constant]) => tensorOf(name, constant)),
      input: Object.entries(spec.inputs).map(valueInfo),
      output: Object.entries(spec.outputs).map(valueInfo),
    },
  });
}

/** A node for a graph that is already there. */
export function nodeOf({ op, inputs, outputs, attributes }: NodeSpec): Node {
  return {
    input: [...inputs],
    output: [...outputs],
    name: "",
    opType: op,
    domain: "",
    attribute: Object.entries(attributes ?? {}).map(attributeOf),
  };
}

/** A constant for a graph that is already there. */
export function tensorOf(name: string, { dims, data }: ConstantSpec): Tensor {
  return {
    name,
    dims: [...dims],
    dataType: data instanceof Float32Array ? ELEMENT.float32 : ELEMENT.int64,
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    floatData: [],
    int32Data: [],
    int64Data: [],
    doubleData: [],
    externalData: [],
    dataLocation: 0,
  };
}

/** Whole numbers as an int64 constant of one dimension. */
export function shapeConstant(values: readonly number[]): ConstantSpec {
  return { dims: [values.length], data: BigInt64Array.from(values, BigInt) };
}

function attributeOf([name, value]: [string, AttributeValue]): Attribute {
  const empty = { name, type: 0, f: 0, i: 0, s: new Uint8Array(0), floats: [], ints: [], tensors: [], graphs: [] };
  if (typeof value === "number") return { ...empty, type: ATTRIBUTE.int, i: value };
  if (typeof value === "string") return { ...empty, type: ATTRIBUTE.string, s: ascii(value) };
  if ("float" in value) return { ...empty, type: ATTRIBUTE.float, f: value.float };
  return { ...empty, type: ATTRIBUTE.ints, ints: [...value] };
}

function valueInfo([name, shape]: [string, Shape]) {
  const dim = shape.map((side) => (typeof side === "number" ? { dimValue: side } : { dimParam: side }));
  return { name, type: { tensorType: { elemType: ELEMENT.float32, shape: { dim } } } };
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
