import { existsSync, readFileSync, renameSync } from "node:fs";
import { z } from "zod";
import { DEFAULT_SETTINGS, ExportChoice, type Preset, Recipe, Settings } from "../../preload/contract.ts";
import { writeFileAtomically } from "../system/atomic-file.ts";
import { systemError } from "../system/system-error.ts";
import { MAX_PRESETS } from "./preset-file.ts";

const FILE_VERSION = 1;

const Bounds = z.object({
  x: z.int().optional(),
  y: z.int().optional(),
  width: z.int().min(400),
  height: z.int().min(300),
  isMaximised: z.boolean(),
});
/** Where the window was. In device-independent px. */
export type WindowBounds = z.infer<typeof Bounds>;

// What this version does not know, or was edited wrongly, falls back by itself: nothing else is lost with it.
const StoredRecipe = z.object(eachOr(Recipe.shape, DEFAULT_SETTINGS.recipe));
const StoredSettings = z.object({
  ...eachOr(Settings.shape, DEFAULT_SETTINGS),
  recipe: StoredRecipe.catch(DEFAULT_SETTINGS.recipe),
  exporting: z.object(eachOr(ExportChoice.shape, DEFAULT_SETTINGS.exporting)).catch(DEFAULT_SETTINGS.exporting),
});
const StoredPreset = z.object({ name: z.string(), recipe: StoredRecipe });

const Content = z.object({
  version: z.literal(FILE_VERSION),
  settings: StoredSettings.catch(DEFAULT_SETTINGS),
  presets: z
    .array(z.unknown())
    .catch([])
    .transform((all) => all.flatMap((each) => StoredPreset.safeParse(each).data ?? [])),
  target: z.string().optional().catch(undefined),
  bounds: Bounds.optional().catch(undefined),
});
type Content = z.infer<typeof Content>;

/** What the app remembers of how it was left, in one JSON file that is written whole or not at all. */
export class SettingsFile {
  private content: Content;

  /** A file that cannot be read is set aside as `….broken`, and everything begins anew. */
  constructor(private readonly path: string) {
    this.content = read(path);
  }

  get settings(): Settings {
    return this.content.settings;
  }

  /** @throws SilvergrainError DISK_FULL, TARGET_UNWRITABLE */
  change(part: { readonly [K in keyof Settings]?: Settings[K] | undefined }): void {
    this.write({ settings: Settings.parse({ ...this.content.settings, ...part }) });
  }

  get presets(): readonly Preset[] {
    return this.content.presets;
  }

  /** Keeps a recipe under a name; an earlier one of that name is replaced. */
  savePreset(name: string, recipe: Recipe): void {
    this.setPresets([...this.content.presets.filter((each) => each.name !== name), { name, recipe }]);
  }

  /** Puts presets in the place of all that are there. */
  setPresets(presets: readonly Preset[]): void {
    this.write({ presets: [...presets].sort((a, b) => a.name.localeCompare(b.name)).slice(0, MAX_PRESETS) });
  }

  removePreset(name: string): void {
    this.write({ presets: this.content.presets.filter((each) => each.name !== name) });
  }

  /** Folder that results go to, absolute. */
  get target(): string | undefined {
    return this.content.target;
  }

  setTarget(target: string): void {
    this.write({ target });
  }

  get bounds(): WindowBounds | undefined {
    return this.content.bounds;
  }

  setBounds(bounds: WindowBounds): void {
    this.write({ bounds });
  }

  private write(part: Partial<Content>): void {
    this.content = { ...this.content, ...part };
    try {
      writeFileAtomically(this.path, `${JSON.stringify(this.content, null, 2)}\n`);
    } catch (error) {
      throw systemError(error, this.path);
    }
  }
}

/** The shape whose parts each stand in for themselves. */
function eachOr<S extends z.ZodRawShape>(shape: S, values: { readonly [K in keyof S]?: z.output<S[K]> }): S {
  const parts = Object.entries(shape).map(([name, schema]) => [name, (schema as z.ZodType).catch(values[name])]);
  return Object.fromEntries(parts) as S;
}

function read(path: string): Content {
  const fresh: Content = { version: FILE_VERSION, settings: DEFAULT_SETTINGS, presets: [] };
  if (!existsSync(path)) return fresh;
  try {
    return Content.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    setAside(path);
    return fresh;
  }
}

function setAside(path: string): void {
  try {
    renameSync(path, `${path}.broken`);
  } catch {
    // Where nothing can be written, it stays as it is; the library says so.
  }
}
