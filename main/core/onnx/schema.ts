import protobuf from "protobufjs/light.js";

/*
 * The part of the ONNX file format that super-resolution models use, by the field numbers of onnx.proto3 (ONNX IR
 * version 8). What is not named here is left out when a model is written again.
 */

type Rule = "repeated";
type FieldRow = readonly [name: string, id: number, type: string, rule?: Rule];

const MESSAGES: Readonly<Record<string, readonly FieldRow[]>> = {
  ModelProto: [
    ["irVersion", 1, "int64"],
    ["producerName", 2, "string"],
    ["producerVersion", 3, "string"],
    ["docString", 6, "string"],
    ["graph", 7, "GraphProto"],
    ["opsetImport", 8, "OperatorSetIdProto", "repeated"],
    ["metadataProps", 14, "StringStringEntryProto", "repeated"],
    ["functions", 25, "FunctionProto", "repeated"],
  ],
  OperatorSetIdProto: [
    ["domain", 1, "string"],
    ["version", 2, "int64"],
  ],
  StringStringEntryProto: [
    ["key", 1, "string"],
    ["value", 2, "string"],
  ],
  FunctionProto: [
    ["name", 1, "string"],
    ["input", 4, "string", "repeated"],
    ["output", 5, "string", "repeated"],
    ["attribute", 6, "string", "repeated"],
    ["node", 7, "NodeProto", "repeated"],
    ["docString", 8, "string"],
    ["opsetImport", 9, "OperatorSetIdProto", "repeated"],
    ["domain", 10, "string"],
    ["attributeProto", 11, "AttributeProto", "repeated"],
  ],
  GraphProto: [
    ["node", 1, "NodeProto", "repeated"],
    ["name", 2, "string"],
    ["initializer", 5, "TensorProto", "repeated"],
    ["docString", 10, "string"],
    ["input", 11, "ValueInfoProto", "repeated"],
    ["output", 12, "ValueInfoProto", "repeated"],
    ["valueInfo", 13, "ValueInfoProto", "repeated"],
    ["sparseInitializer", 15, "SparseTensorProto", "repeated"],
  ],
  NodeProto: [
    ["input", 1, "string", "repeated"],
    ["output", 2, "string", "repeated"],
    ["name", 3, "string"],
    ["opType", 4, "string"],
    ["attribute", 5, "AttributeProto", "repeated"],
    ["docString", 6, "string"],
    ["domain", 7, "string"],
  ],
  AttributeProto: [
    ["name", 1, "string"],
    ["f", 2, "float"],
    ["i", 3, "int64"],
    ["s", 4, "bytes"],
    ["t", 5, "TensorProto"],
    ["g", 6, "GraphProto"],
    ["floats", 7, "float", "repeated"],
    ["ints", 8, "int64", "repeated"],
    ["strings", 9, "bytes", "repeated"],
    ["tensors", 10, "TensorProto", "repeated"],
    ["graphs", 11, "GraphProto", "repeated"],
    ["docString", 13, "string"],
    ["type", 20, "int32"],
    ["refAttrName", 21, "string"],
    ["sparseTensor", 22, "SparseTensorProto"],
  ],
  TensorProto: [
    ["dims", 1, "int64", "repeated"],
    ["dataType", 2, "int32"],
    ["floatData", 4, "float", "repeated"],
    ["int32Data", 5, "int32", "repeated"],
    ["stringData", 6, "bytes", "repeated"],
    ["int64Data", 7, "int64", "repeated"],
    ["name", 8, "string"],
    ["rawData", 9, "bytes"],
    ["doubleData", 10, "double", "repeated"],
    ["uint64Data", 11, "uint64", "repeated"],
    ["docString", 12, "string"],
    ["externalData", 13, "StringStringEntryProto", "repeated"],
    ["dataLocation", 14, "int32"],
  ],
  SparseTensorProto: [
    ["values", 1, "TensorProto"],
    ["indices", 2, "TensorProto"],
    ["dims", 3, "int64", "repeated"],
  ],
  ValueInfoProto: [
    ["name", 1, "string"],
    ["type", 2, "TypeProto"],
    ["docString", 3, "string"],
  ],
  TypeProto: [["tensorType", 1, "TensorTypeProto"]],
  TensorTypeProto: [
    ["elemType", 1, "int32"],
    ["shape", 2, "TensorShapeProto"],
  ],
  TensorShapeProto: [["dim", 1, "DimensionProto", "repeated"]],
  DimensionProto: [
    ["dimValue", 1, "int64"],
    ["dimParam", 2, "string"],
    ["denotation", 3, "string"],
  ],
};

/** TensorProto.DataType, the kinds that occur in the models we take. */
export const ELEMENT = { float32: 1, int64: 7, float16: 10 } as const;

/** AttributeProto.AttributeType. */
export const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 } as const;

type Integer = number | { toNumber(): number };

export interface StringEntry {
  key: string;
  value: string;
}

export interface Tensor {
  dims: Integer[];
  dataType: number;
  floatData: number[];
  int32Data: number[];
  int64Data: Integer[];
  doubleData: number[];
  name: string;
  rawData: Uint8Array;
  externalData: StringEntry[];
  dataLocation: number;
}

export interface Attribute {
  name: string;
  type: number;
  f: number;
  i: Integer;
  s: Uint8Array;
  t?: Tensor | null;
  g?: Graph | null;
  floats: number[];
  ints: Integer[];
  tensors: Tensor[];
  graphs: Graph[];
}

export interface Node {
  input: string[];
  output: string[];
  name: string;
  opType: string;
  domain: string;
  attribute: Attribute[];
}

interface Dimension {
  dimValue?: Integer;
  dimParam?: string;
}

export interface ValueInfo {
  name: string;
  type?: { tensorType?: { elemType: number; shape?: { dim: Dimension[] } | null } | null } | null;
}

export interface Graph {
  node: Node[];
  name: string;
  initializer: Tensor[];
  sparseInitializer?: readonly unknown[];
  input: ValueInfo[];
  output: ValueInfo[];
}

export interface Model {
  irVersion: Integer;
  producerName: string;
  graph?: Graph | null;
  opsetImport: { domain: string; version: Integer }[];
  metadataProps: StringEntry[];
  functions?: readonly unknown[];
}

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(
    Object.entries(MESSAGES).map(([message, rows]) => [
      message,
      {
        oneofs: message === "DimensionProto" ? { value: { oneof: ["dimValue", "dimParam"] } } : {},
        fields: Object.fromEntries(
          rows.map(([name, id, type, rule]) => [name, rule === undefined ? { id, type } : { id, type, rule }]),
        ),
      },
    ]),
  ),
});

/** The type whose `encode` and `decode` read and write whole model files. */
export const MODEL_PROTO = root.lookupType("ModelProto");
export const GRAPH_PROTO = root.lookupType("GraphProto");
export const TENSOR_PROTO = root.lookupType("TensorProto");

/** An int64 field as a number. */
export function integer(value: Integer): number {
  return typeof value === "number" ? value : value.toNumber();
}
