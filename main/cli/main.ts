import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, CommanderError } from "commander";
import { asSilvergrainError } from "../core/errors.ts";
import { locate } from "../system/locations.ts";
import { addEnhanceCommand } from "./enhance-command.ts";
import { addEvaluateCommand } from "./evaluate-command.ts";
import { EXIT } from "./exit.ts";
import { addExportCommand } from "./export-command.ts";
import { addModelsCommand } from "./models-command.ts";
import { addQueueCommand } from "./queue-command.ts";
import { printable } from "./say.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const locations = locate(root, process.env);

const program = new Command("silvergrain")
  .description("Enlarges photos by super-resolution and keeps their colours and metadata.")
  .version(locations.version)
  .exitOverride()
  .showHelpAfterError("(silvergrain --help shows what there is)");
addEnhanceCommand(program, locations);
addQueueCommand(program, locations);
addModelsCommand(program, locations);
addEvaluateCommand(program, locations);
addExportCommand(program, locations);

// Whoever reads our output may stop reading, as head does; that is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.ok);
  throw error;
});

try {
  await program.parseAsync();
} catch (thrown) {
  process.exitCode = explain(thrown);
}

/** Tells the user what went wrong, where commander has not done so already. */
function explain(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const error = asSilvergrainError(thrown);
  const asJson = process.argv.includes("--json");
  const line = { type: "error", code: error.code, message: error.message };
  if (asJson) process.stdout.write(`${JSON.stringify(line)}\n`);
  else process.stderr.write(`${printable(error.message)}\n`);
  if (process.env.SILVERGRAIN_DEBUG !== undefined) process.stderr.write(`${error.stack}\n`);
  return error.code === "USAGE" || error.code === "MODEL_UNKNOWN"
    ? EXIT.usage
    : error.code === "CANCELLED"
      ? EXIT.interrupted
      : EXIT.failed;
}
