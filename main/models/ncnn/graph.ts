import { SilvergrainError } from "../../core/errors.ts";
import { type AttributeValue, type ConstantSpec, type NodeSpec, shapeConstant } from "../../core/onnx/model.ts";
import { arrayParam, type NcnnLayer, numberParam } from "./param.ts";

/** ncnn counts in 32 bits. */
const LARGEST = 2 ** 31 - 1;

/** An ONNX graph while it is put together from ncnn's layers. Pictures are N×C×H×W, ncnn's vectors N×C×1×1. */
export class GraphBuilder {
  readonly nodes: NodeSpec[] = [];
  readonly constants: Record<string, ConstantSpec> = {};
  private readonly vectors = new Set<string>();

  /** @param file the `.param` file's name, for errors */
  constructor(readonly file: string) {}

  /** Adds an operation that makes the blob `output`. */
  add(op: string, inputs: readonly string[], output: string, attributes: Record<string, AttributeValue> = {}): void {
    this.nodes.push({ op, inputs, outputs: [output], attributes });
  }

  /** Stores a constant under a name of its own and gives that name. */
  constant(layer: NcnnLayer, role: string, value: ConstantSpec): string {
    const name = `${layer.name}.${layer.line}.${role}`;
    this.constants[name] = value;
    return name;
  }

  /** Whole numbers as a constant. */
  integers(layer: NcnnLayer, role: string, values: readonly number[]): string {
    return this.constant(layer, role, shapeConstant(values));
  }

  /** Real numbers as a constant of one dimension. */
  floats(layer: NcnnLayer, role: string, values: readonly number[]): string {
    return this.constant(layer, role, { dims: [values.length], data: Float32Array.from(values) });
  }

  /** A name for a blob between two operations of one layer. */
  between(layer: NcnnLayer, step: string): string {
    return `${layer.name}.${layer.line}.${step}`;
  }

  /** A parameter that counts something. @throws SilvergrainError MODEL_CORRUPT where it is not whole or below `least` */
  whole(layer: NcnnLayer, key: number, otherwise: number, least = 0): number {
    return this.checked(layer, numberParam(layer, key, otherwise), least);
  }

  /** An array of whole numbers. @throws SilvergrainError MODEL_CORRUPT */
  wholes(layer: NcnnLayer, key: number): readonly number[] {
    return arrayParam(layer, key).map((value) => this.checked(layer, value, -LARGEST));
  }

  /** Remembers that a blob has one number a channel and no picture. */
  markVector(blob: string): void {
    this.vectors.add(blob);
  }

  /** For what works on each number by itself: of vectors, it makes vectors. */
  keepVector(layer: NcnnLayer): void {
    if (layer.inputs.every((input) => this.isVector(input))) for (const blob of layer.outputs) this.markVector(blob);
  }

  isVector(blob: string): boolean {
    return this.vectors.has(blob);
  }

  /** The error for something of ncnn that is not known here. */
  unsupported(layer: NcnnLayer, what: string): SilvergrainError {
    return new SilvergrainError(
      "MODEL_UNSUPPORTED",
      `${this.file} cannot be converted: line ${layer.line}, layer ${layer.name}: ${what}.`,
    );
  }

  /** The one blob that a layer reads. */
  input(layer: NcnnLayer): string {
    return this.only(layer, layer.inputs, "input");
  }

  /** The one picture that a layer reads; ncnn's vectors have other axes. */
  picture(layer: NcnnLayer): string {
    const input = this.input(layer);
    if (this.isVector(input)) throw this.unsupported(layer, `${layer.type} is known for pictures only`);
    return input;
  }

  /** The one blob that a layer makes. */
  output(layer: NcnnLayer): string {
    return this.only(layer, layer.outputs, "output");
  }

  private checked(layer: NcnnLayer, value: number, least: number): number {
    if (Number.isInteger(value) && value >= least && value <= LARGEST) return value;
    throw new SilvergrainError(
      "MODEL_CORRUPT",
      `${this.file} is not a sound ncnn network: line ${layer.line}: layer ${layer.name} counts ${value} where a whole number from ${least} is expected.`,
    );
  }

  private only(layer: NcnnLayer, blobs: readonly string[], what: string): string {
    const [blob] = blobs;
    if (blob === undefined || blobs.length !== 1) {
      throw this.unsupported(layer, `${layer.type} has ${blobs.length} ${what}s where one is expected`);
    }
    return blob;
  }
}
