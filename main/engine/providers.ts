import { type Device, type DeviceChoice, devicesFor, type ModelFacts } from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import type { Size } from "../core/geometry.ts";
import { windowNear } from "../core/tiles.ts";
import type { OpenSession, Session, SessionOptions } from "./session.ts";

/** A device that was not taken, and why: shown to whoever wonders. */
export interface Refusal {
  readonly device: Device;
  readonly reason: string;
}

/** What came of a device. Behind the one that is taken, none is tried. */
export interface SurveyedDevice {
  readonly device: Device;
  readonly state: "taken" | "refused" | "untried";
  /** Why it was refused. */
  readonly reason?: string;
}

/** The device that a model runs on here. */
export interface ChosenDevice {
  readonly session: Session;
  readonly refusals: readonly Refusal[];
}

/** Side of the probe window, and how far a device may be from the CPU, in fractions of full scale. */
const PROBE_PX = 32;
export const AGREEMENT = 2 / 255;

/**
 * Opens the model on the device that was asked for, or with `auto` on the first that is there, agrees with the CPU
 * on a probe window, and is not slower than the CPU.
 * @throws SilvergrainError DEVICE_UNAVAILABLE with the reason where a device was asked for by name
 */
export async function chooseDevice(
  model: ModelFacts,
  choice: DeviceChoice,
  options: SessionOptions,
  platform: NodeJS.Platform,
  bundled: readonly string[],
  open: OpenSession,
): Promise<ChosenDevice> {
  const cpu = await open(model, "cpu", options);
  if (choice === "cpu") return { session: cpu, refusals: [] };
  const candidates = choice === "auto" ? devicesFor(platform) : [choice];
  const refusals: Refusal[] = [];
  for (const device of candidates) {
    if (device === "cpu") break;
    if (!bundled.includes(device)) {
      refusals.push({ device, reason: "this build of ONNX Runtime does not carry it" });
      continue;
    }
    const found = await tryDevice(model, device, options, cpu, choice === "auto", open);
    if (typeof found !== "string") {
      await cpu.release();
      return { session: found, refusals };
    }
    refusals.push({ device, reason: found });
  }
  if (choice === "auto") return { session: cpu, refusals };
  await cpu.release();
  throw new SilvergrainError(
    "DEVICE_UNAVAILABLE",
    `The device ${choice} cannot be used here: ${refusals.at(-1)?.reason ?? "unknown"}. Choose auto or cpu instead (--device).`,
  );
}

/** The session where the device will do, else the reason why not. */
async function tryDevice(
  model: ModelFacts,
  device: Device,
  options: SessionOptions,
  cpu: Session,
  mustBeFaster: boolean,
  open: OpenSession,
): Promise<Session | string> {
  let session: Session | undefined;
  try {
    session = await open(model, device, options);
    const size = windowNear(PROBE_PX, model.windows);
    const window = probeWindow(model.range, size);
    const reference = await timed(cpu, window, size);
    const candidate = await timed(session, window, size);
    const apart = largestDifference(reference.output, candidate.output) / (model.range[1] - model.range[0]);
    const refusal = !(apart <= AGREEMENT)
      ? `its result differs from the CPU's by ${(apart * 255).toFixed(1)}/255`
      : mustBeFaster && candidate.ms > reference.ms
        ? `it is slower than the CPU (${candidate.ms.toFixed(0)} ms against ${reference.ms.toFixed(0)} ms for a window)`
        : undefined;
    if (refusal === undefined) return session;
    await session.release();
    return refusal;
  } catch (error) {
    await session?.release();
    return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "unknown";
  }
}

/**
 * What `auto` makes of every device that it would try, in its order.
 * @throws SilvergrainError MODEL_CORRUPT
 */
export async function surveyDevices(
  model: ModelFacts,
  options: SessionOptions,
  platform: NodeJS.Platform,
  bundled: readonly string[],
  open: OpenSession,
): Promise<readonly SurveyedDevice[]> {
  const { session, refusals } = await chooseDevice(model, "auto", options, platform, bundled, open);
  const taken = session.device;
  await session.release();
  return devicesFor(platform).map((device) => {
    const reason = refusals.find((refusal) => refusal.device === device)?.reason;
    if (reason !== undefined) return { device, state: "refused", reason };
    return { device, state: device === taken ? "taken" : "untried" };
  });
}

/** Two runs, the second timed: the first one compiles shaders and grows arenas. */
async function timed(
  session: Session,
  window: Float32Array,
  size: Size,
): Promise<{ output: Float32Array; ms: number }> {
  await session.run(window, size);
  const start = performance.now();
  const output = await session.run(window, size);
  return { output, ms: performance.now() - start };
}

/** A gradient with stripes and dots on it: smooth, periodic and sharp content in one window. */
export function probeWindow([low, high]: ModelFacts["range"], { width, height }: Size): Float32Array {
  const window = new Float32Array(3 * width * height);
  for (let i = 0; i < window.length; i++) {
    const x = i % width;
    const y = Math.floor(i / width) % height;
    const channel = Math.floor(i / (width * height));
    const stripes = 0.2 * Math.sin((x + channel * 2) * 1.3) * Math.cos(y * 0.7);
    const dot = (x * 7 + y * 13 + channel) % 17 === 0 ? 0.25 : 0;
    const value = Math.min(1, Math.max(0, 0.2 + (0.5 * (x + y)) / (width + height) + stripes + dot));
    window[i] = low + value * (high - low);
  }
  return window;
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  let largest = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs((a[i] as number) - (b[i] as number));
    // NaN fails every comparison, so it has to be asked for.
    if (d > largest || Number.isNaN(d)) largest = Number.isNaN(d) ? Number.POSITIVE_INFINITY : d;
  }
  return largest;
}
