import { stat } from "node:fs/promises";
import type { Recipe } from "../../preload/contract.ts";
import type { FileStamp } from "../core/enhance.ts";
import type { MadeResult } from "../library/library.ts";
import { type ModelFolders, modelFinder } from "../models/choose.ts";
import type { Job } from "../queue/job-row.ts";
import type { PlannedPhoto } from "../queue/plan.ts";
import { threadPolicy } from "../system/threads.ts";
import type { QueueDesk } from "./queue-desk.ts";

/** What a job makes, and how. */
interface JobRecipe {
  readonly recipe: Recipe;
  readonly photo: PlannedPhoto;
  /** Absolute path of the target folder. */
  readonly target: string;
}

/** How a job's photo is enhanced, as it was planned; `undefined` where its model is not there any more. */
export function recipeOf(desk: QueueDesk, folders: ModelFolders, job: Job): JobRecipe | undefined {
  try {
    const findModel = modelFinder(folders);
    const policy = { ...threadPolicy("desktop"), mayOverwrite: false };
    const { target, settings } = desk.store.settingsOf(job.batch, findModel, policy);
    const { photo } = desk.store.planned(job, findModel);
    const { model, realism } = shownModel(photo.model);
    const { size, strength, format, quality, stripGps } = settings;
    const long = Math.max(photo.target.width, photo.target.height);
    return {
      recipe: {
        model,
        realism: realism ?? 0,
        size: size.kind === "scale" || size.kind === "long-edge" ? size : { kind: "long-edge", px: long },
        strength,
        format: format === "keep" ? "same" : format,
        ...(quality === undefined ? {} : { quality }),
        stripGps,
      },
      photo,
      target,
    };
  } catch {
    return undefined;
  }
}

/** What is to be remembered of a job that is done; `undefined` where its result is not there any more. */
export async function madeResult(
  desk: QueueDesk,
  folders: ModelFolders,
  job: Job,
  photoWidth: number,
): Promise<MadeResult | undefined> {
  const { result } = job;
  const made = recipeOf(desk, folders, job);
  const path = desk.resultOf(job);
  const stamp = await stampOf(path);
  if (result === undefined || made === undefined || stamp?.bytes !== result.bytes) return undefined;
  const { width, height, sha256 } = result;
  return {
    path,
    stamp,
    sha256,
    width,
    height,
    ...shownModel(made.photo.model),
    scale: width / photoWidth,
    strength: made.recipe.strength,
    madeMs: job.endedMs ?? Date.now(),
    sourceSha256: desk.store.sourceSha256Of(job.id),
  };
}

/** Size and time of a file; `undefined` where it cannot be reached. */
export async function stampOf(path: string): Promise<FileStamp | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { bytes: size, mtimeMs };
  } catch {
    return undefined;
  }
}

/** A mixed model as the page knows it: by the name of the mix, and the share in it. */
function shownModel({ id, blend }: PlannedPhoto["model"]): {
  readonly model: string;
  readonly realism: number | undefined;
} {
  if (blend === undefined) return { model: id, realism: undefined };
  return { model: id.slice(0, id.lastIndexOf("@")), realism: blend.share };
}
