/*
 * Writes the small ONNX models that benches and tests need, field by field (onnx.proto3: ModelProto, GraphProto,
 * NodeProto, ValueInfoProto, TensorProto).
 */

const VARINT = 0;
const BYTES = 2;
const FLOAT = 1;

/** One operation of a graph. */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
}

/** A graph: its shapes (a word is a dimension that is not fixed) and its constants. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly outputs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly constants?: Readonly<Record<string, readonly number[]>>;
}

/** The model as bytes, float32 throughout, opset 13. */
export function onnxModel(graph: OnnxGraph): Uint8Array {
  const body = [
    ...graph.nodes.map(({ op, inputs, output }) =>
      message(1, [...inputs.map((name) => text(1, name)), text(2, output), text(4, op)]),
    ),
    text(2, "graph"),
    ...Object.entries(graph.constants ?? {}).map(([name, values]) => message(5, constant(name, values))),
    ...Object.entries(graph.inputs).map(([name, shape]) => message(11, valueInfo(name, shape))),
    ...Object.entries(graph.outputs).map(([name, shape]) => message(12, valueInfo(name, shape))),
  ];
  return concat([int(1, 8), message(7, body), message(8, [int(2, 13)])]);
}

function constant(name: string, values: readonly number[]): readonly Uint8Array[] {
  const raw = new Uint8Array(Float32Array.from(values).buffer);
  return [int(1, values.length), int(2, FLOAT), text(8, name), message(9, [raw])];
}

function valueInfo(name: string, shape: readonly (number | string)[]): readonly Uint8Array[] {
  const dimensions = shape.map((side) => message(1, [typeof side === "number" ? int(1, side) : text(2, side)]));
  return [text(1, name), message(2, [message(1, [int(1, FLOAT), message(2, dimensions)])])];
}

function int(field: number, value: number): Uint8Array {
  return concat([varint((field << 3) | VARINT), varint(value)]);
}

function text(field: number, value: string): Uint8Array {
  return message(field, [new TextEncoder().encode(value)]);
}

function message(field: number, parts: readonly Uint8Array[]): Uint8Array {
  const body = concat(parts);
  return concat([varint((field << 3) | BYTES), varint(body.length), body]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
