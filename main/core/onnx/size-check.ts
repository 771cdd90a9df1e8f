import protobuf from "protobufjs/light.js";
import { SilvergrainError } from "../errors.ts";
import { MODEL_PROTO } from "./schema.ts";

/** An object takes some hundred bytes once it is decoded, in the file two; a number in a list eight, in the file one. */
const MOST_OBJECTS = 2_000_000;
const MOST_NUMBERS = 40_000_000;
const MOST_DEPTH = 60;
const WITH_LENGTH = 2;

/** The error for bytes that are no ONNX file, or not the whole of one. */
export function damaged(name: string, cause: unknown): SilvergrainError {
  return new SilvergrainError("MODEL_CORRUPT", `${name} is damaged: expected an ONNX model, read to its end.`, {
    cause,
  });
}

/**
 * Walks an ONNX file without decoding it, and refuses one that would become far larger in memory than it is on disk:
 * millions of empty nodes, or lists of numbers instead of raw weights.
 * @throws SilvergrainError MODEL_UNSUPPORTED; MODEL_CORRUPT where the file's structure ends early
 */
export function refuseOversized(bytes: Uint8Array, name: string): void {
  const counts = { objects: 0, numbers: 0 };
  try {
    walk(protobuf.Reader.create(bytes), bytes.length, MODEL_PROTO, 0, counts);
  } catch (error) {
    if (error instanceof SilvergrainError) throw error;
    throw damaged(name, error);
  }

  function walk(reader: protobuf.Reader, end: number, type: protobuf.Type, depth: number, sum: typeof counts): void {
    if (depth > MOST_DEPTH) throw tooLarge("graphs nested in one another");
    while (reader.pos < end) {
      const tag = reader.uint32();
      const wire = tag & 7;
      const field = type.fieldsById[tag >>> 3];
      sum.objects++;
      if (sum.objects > MOST_OBJECTS) throw tooLarge("millions of parts");
      if (wire !== WITH_LENGTH || field === undefined) {
        reader.skipType(wire);
        continue;
      }
      const length = reader.uint32();
      const inner = field.resolve().resolvedType;
      if (inner instanceof protobuf.Type) {
        walk(reader, reader.pos + length, inner, depth + 1, sum);
        continue;
      }
      if (field.repeated && field.type !== "string" && field.type !== "bytes") {
        // A 64-bit number becomes an object.
        if (field.type.endsWith("int64")) sum.objects += length;
        else sum.numbers += field.type === "float" ? length / 4 : length;
        if (sum.objects > MOST_OBJECTS || sum.numbers > MOST_NUMBERS) throw tooLarge("weights written as lists");
      }
      reader.skip(length);
    }
    if (reader.pos !== end) throw new RangeError("a part is longer than what holds it");
  }

  function tooLarge(what: string): SilvergrainError {
    return new SilvergrainError(
      "MODEL_UNSUPPORTED",
      `${name} was refused: expected a model of a size that can be taken into memory, but it holds ${what}.`,
    );
  }
}
