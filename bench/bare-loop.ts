import { InferenceSession, Tensor } from "onnxruntime-node";
import { z } from "zod";
import { buildModel } from "../main/core/onnx/model.ts";

/*
 * What the bench measures us against, in a process of its own: ONNX Runtime and nothing else. Takes its task as
 * JSON in the first argument and prints the milliseconds as JSON.
 */
const Task = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("windows"),
    file: z.string(),
    threads: z.int(),
    windows: z.array(z.tuple([z.int(), z.int()])),
  }),
  z.object({
    kind: z.literal("matmul"),
    threads: z.int(),
    rows: z.int(),
    inner: z.int(),
    columns: z.int(),
    runs: z.int(),
  }),
]);

const task = Task.parse(JSON.parse(process.argv[2] ?? ""));
const options = {
  executionProviders: ["cpu"],
  graphOptimizationLevel: "all",
  intraOpNumThreads: task.threads,
  enableMemPattern: false,
} as const;

if (task.kind === "windows") {
  const session = await InferenceSession.create(task.file, options);
  const inputs = task.windows.map(
    ([width, height]) => new Tensor("float32", noise(3 * width * height), [1, 3, height, width]),
  );
  const start = performance.now();
  for (const input of inputs) await session.run({ [session.inputNames[0] as string]: input });
  report(performance.now() - start);
} else {
  const { rows, inner, columns, runs } = task;
  const session = await InferenceSession.create(
    buildModel({
      nodes: [{ op: "MatMul", inputs: ["a", "b"], outputs: ["c"] }],
      inputs: { a: [rows, inner], b: [inner, columns] },
      outputs: { c: [rows, columns] },
    }),
    options,
  );
  const feeds = {
    a: new Tensor("float32", noise(rows * inner), [rows, inner]),
    b: new Tensor("float32", noise(inner * columns), [inner, columns]),
  };
  for (let i = 0; i < 3; i++) await session.run(feeds);
  const start = performance.now();
  for (let i = 0; i < runs; i++) await session.run(feeds);
  report((performance.now() - start) / runs);
}

function noise(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => ((Math.imul(i + 1, 2654435761) >>> 0) % 1024) / 1024);
}

function report(ms: number): void {
  process.stdout.write(`${JSON.stringify({ ms })}\n`);
  process.exit(0);
}
