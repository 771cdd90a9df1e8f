import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { describe, expect, test } from "vitest";
import { fileEvents } from "../helpers/file-trace.ts";
import { crashPoints, durableCopy, type Kept, linesBefore, recordTrace, type Trace } from "../helpers/power-loss.ts";
import { program } from "../helpers/program.ts";
import { parse } from "../helpers/strace.ts";
import { tempDir } from "../helpers/temp.ts";

/** Records a program that finds its folder as `folder` and node:fs as `fs`. */
async function record(source: string, folder = tempDir()): Promise<Trace> {
  const script = program(`import * as fs from "node:fs";
    const folder = process.argv[2] as string;
    const path = folder + "/文件";
    const fsync = (path: string) => { const fd = fs.openSync(path, "r"); fs.fsyncSync(fd); fs.closeSync(fd); };
    ${source}`);
  return recordTrace(script, [folder], folder);
}

/** What is left of `trace` at a crash point, by name. */
function left(trace: Trace, upTo?: number, kept?: Kept): Readonly<Record<string, string>> {
  const folder = join(tempDir(), "left");
  durableCopy(trace, folder, upTo, kept);
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

const EVERY_KEPT: readonly Kept[] = [{}, { names: "all" }, { bytes: "all" }, { names: "all", bytes: "all" }];

describe.runIf(process.platform === "linux")("what a power loss leaves", () => {
  test("nothing of a file that was not synced, though its name is", async () => {
    const trace = await record(`fs.writeFileSync(path, "text"); fsync(folder); console.log("ack 1");`);
    expect(left(trace)).toEqual({ 文件: "" });
    expect(left(trace, undefined, { bytes: "all" })).toEqual({ 文件: "text" });
  });

  test("no name of a file that was synced without its folder", async () => {
    const trace = await record(`fs.writeFileSync(path, "text"); fsync(path);`);
    expect(left(trace)).toEqual({});
    expect(left(trace, undefined, { names: "all" })).toEqual({ 文件: "text" });
  });

  test("both, where both were synced, and not before", async () => {
    const trace = await record(
      `fs.writeFileSync(path, "text"); fsync(path); console.log("half"); fsync(folder); console.log("whole");`,
    );
    const at = (text: string) => trace.lines.find((line) => line.text === text)?.position;
    expect(left(trace, at("half"))).toEqual({});
    expect(left(trace, at("whole"))).toEqual({ 文件: "text" });
  });

  test("the old bytes and names, until what replaces them is synced", async () => {
    const folder = tempDir();
    writeFileSync(join(folder, "文件"), "old text");
    writeFileSync(join(folder, "gone"), "still here");
    const trace = await record(
      `const fd = fs.openSync(path, "r+"); fs.writeSync(fd, "new", 0); fs.ftruncateSync(fd, 5);
       fs.unlinkSync(folder + "/gone"); fs.renameSync(path, folder + "/moved");
       console.log("before"); fs.fsyncSync(fd); console.log("bytes"); fsync(folder);`,
      folder,
    );
    const at = (text: string) => trace.lines.find((line) => line.text === text)?.position;
    expect(left(trace, at("before"))).toEqual({ 文件: "old text", gone: "still here" });
    expect(left(trace, at("bytes"))).toEqual({ 文件: "new t", gone: "still here" });
    expect(left(trace)).toEqual({ moved: "new t" });
  });

  test("no file in a folder whose own name was not synced", async () => {
    const source = (parent: string) => `const inner = folder + "/inner"; fs.mkdirSync(inner);
      fs.writeFileSync(inner + "/file", "text"); fsync(inner + "/file"); fsync(inner); ${parent}`;
    expect(left(await record(source("")))).toEqual({});
    const copy = join(tempDir(), "left");
    durableCopy(await record(source("fsync(folder);")), copy);
    expect(readFileSync(join(copy, "inner", "file"), "utf8")).toBe("text");
  });

  test("what other threads and processes wrote, each with its own descriptors", async () => {
    const trace = await record(`
      import { spawnSync } from "node:child_process";
      const write = "const fs = require('fs'); for (let i = 0; i < 20; i++) { const fd = fs.openSync(process.argv[1] + '/' + process.argv[2] + i, 'w'); fs.writeSync(fd, 'child' + i); fs.fsyncSync(fd); fs.closeSync(fd); }";
      await Promise.all(Array.from({ length: 40 }, async (_, i) => {
        const file = await fs.promises.open(folder + "/thread" + i, "w");
        for (let piece = 0; piece < 5; piece++) await file.write("piece" + piece);
        if (i % 2 === 0) await file.sync();
        await file.close();
      }));
      const child = spawnSync(process.execPath, ["-e", write, folder, "process"], { stdio: "inherit" });
      if (child.status !== 0) throw new Error("The child failed.");
      fsync(folder);`);
    const files = left(trace);
    expect(Object.keys(files)).toHaveLength(60);
    for (let i = 0; i < 40; i++) expect(files[`thread${i}`]).toBe(i % 2 === 0 ? "piece0piece1piece2piece3piece4" : "");
    for (let i = 0; i < 20; i++) expect(files[`process${i}`]).toBe(`child${i}`);
  });

  test("a call that the model does not know is noticed", async () => {
    const copyInKernel = `fs.writeFileSync(path, "text".repeat(5000)); fs.copyFileSync(path, path + "2");`;
    await expect(record(copyInKernel)).rejects.toThrow("does not explain");
  });

  test("a program that fails is not taken for one that was traced", async () => {
    await expect(record(`throw new Error("on purpose");`)).rejects.toThrow("on purpose");
  });
});

describe("calls of several threads at once", () => {
  const hex = (text: string) =>
    `"${[...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}"`;
  const empty = { files: new Map(), folders: new Map([[0, new Map()]]) };
  const clone = "1 clone3({flags=CLONE_VM|CLONE_FILES, exit_signal=0} => {parent_tid=[2]}, 88) = 2";

  test("a sync does not promise what was written after it began, nor anything before it ended", async () => {
    const steps = await parse([
      clone,
      `1 openat(AT_FDCWD, ${hex("/in/a")}, O_RDWR|O_CREAT|O_CLOEXEC, 0666) = 5`,
      `1 write(5, ${hex("one")}, 3) = 3`,
      "1 fsync(5 <unfinished ...>",
      `2 write(5, ${hex("two")}, 3) = 3`,
      `2 write(1, ${hex("during\n")}, 7) = 7`,
      "1 <... fsync resumed>) = 0",
      `1 openat(AT_FDCWD, ${hex("/in")}, O_RDONLY|O_CLOEXEC) = 6`,
      "1 fsync(6) = 0",
      "1 +++ exited with 0 +++",
    ]);
    const events = fileEvents(steps, "/in", empty);
    const trace: Trace = { before: empty, events, lines: [], code: 0, signal: null };
    expect(left(trace)).toEqual({ a: "one" });
    expect(left(trace, undefined, { bytes: "all" })).toEqual({ a: "onetwo" });
    const during = events.findIndex((event) => event.type === "line");
    expect(left(trace, during, { names: "all" })).toEqual({ a: "" });
  });

  test("a number that one thread is closing is another's already", async () => {
    const steps = await parse([
      `2 openat(AT_FDCWD, ${hex("/in/a")}, O_WRONLY|O_CREAT, 0666) = 5`,
      "2 close(5 <unfinished ...>",
      `1 openat(AT_FDCWD, ${hex("/in/b")}, O_WRONLY|O_CREAT, 0666 <unfinished ...>`,
      "1 <... openat resumed>) = 5",
      "2 <... close resumed>) = 0",
      `1 writev(5, [{iov_base=${hex("by")}, iov_len=2}, {iov_base=${hex(" one")}, iov_len=4}], 2 <unfinished ...>`,
      "1 <... writev resumed>) = 5",
      clone,
    ]);
    const trace: Trace = { before: empty, events: fileEvents(steps, "/in", empty), lines: [], code: 0, signal: null };
    expect(left(trace, undefined, { names: "all", bytes: "all" })).toEqual({ a: "", b: "by on" });
  });
});

describe.runIf(process.platform === "linux")("writeFileAtomically", () => {
  const replace = (write: string) => `${write}
    replace(path, "old ".repeat(1000)); console.log("old");
    replace(path, "new ".repeat(2000)); console.log("new");`;
  const atomically = `import { writeFileAtomically as replace } from "./main/system/atomic-file.ts";`;
  /** What each crash point shows that was promised otherwise. */
  const broken = (trace: Trace) =>
    EVERY_KEPT.flatMap((kept) =>
      crashPoints(trace).flatMap((point) => {
        const found = left(trace, point, kept).文件;
        const printed = linesBefore(trace, point);
        const right = [...(printed.includes("old") ? [] : [undefined]), "old ".repeat(1000), "new ".repeat(2000)];
        return (printed.includes("new") ? right.slice(-1) : right).includes(found) ? [] : [{ point, kept }];
      }),
    );

  test("leaves the old or the new file, whole, at every crash point", async () => {
    const trace = await record(replace(atomically));
    expect(crashPoints(trace).length).toBeGreaterThan(8);
    expect(broken(trace)).toEqual([]);
  });

  test("would be seen to fail without either sync", async () => {
    const withoutFile = `const replace = (path: string, text: string) => {
      fs.writeFileSync(path + ".tmp", text); fs.renameSync(path + ".tmp", path); fsync(folder); };`;
    const withoutFolder = `const replace = (path: string, text: string) => {
      fs.writeFileSync(path + ".tmp", text); fsync(path + ".tmp"); fs.renameSync(path + ".tmp", path); };`;
    expect(broken(await record(replace(withoutFile)))).not.toEqual([]);
    expect(broken(await record(replace(withoutFolder)))).not.toEqual([]);
  });
});

describe.runIf(process.platform === "linux")("a database", () => {
  const inserts = (synchronous: string, folder = "folder") => `
    import Database from "libsql";
    const inside = ${folder};
    fs.mkdirSync(inside, { recursive: true });
    const open = () => {
      const db = new Database(inside + "/queue.db");
      db.exec("PRAGMA journal_mode = WAL");
      db.exec("PRAGMA synchronous = ${synchronous}");
      return db;
    };
    let db = open();
    db.exec("CREATE TABLE job (id INTEGER PRIMARY KEY, text TEXT)");
    for (let id = 1; id <= 20; id++) {
      db.prepare("INSERT INTO job (id, text) VALUES (?, ?)").run(id, "x".repeat(id * 100));
      console.log("ack " + id);
      if (id === 7) db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      if (id === 14) {
        db.close();
        db = open();
      }
    }
    db.close();`;

  /** At each crash point, the acknowledged rows that are missing, or what is wrong with the file. */
  function losses(trace: Trace, kept: Kept, inside = ""): readonly string[] {
    return crashPoints(trace).flatMap((point) => {
      const promised = linesBefore(trace, point).map((line) => Number(line.replace("ack ", "")));
      const copy = join(tempDir(), "copy");
      durableCopy(trace, copy, point, kept);
      const path = join(copy, inside, "queue.db");
      if (!existsSync(path)) return promised.length === 0 ? [] : [`${point}: no database`];
      const found = rowsOf(path);
      if (typeof found === "string") return [`${point}: ${found}`];
      const missing = promised.filter((id) => !found.includes(id));
      return missing.length === 0 ? [] : [`${point}: rows ${missing} are lost`];
    });
  }

  function rowsOf(path: string): readonly number[] | string {
    const db = new Database(path);
    try {
      const check = db.prepare("PRAGMA integrity_check").get() as { integrity_check: string };
      if (check.integrity_check !== "ok") return check.integrity_check;
      if (db.prepare("SELECT name FROM sqlite_master WHERE name = 'job'").get() === undefined) return [];
      return (db.prepare("SELECT id FROM job").all() as { id: number }[]).map(({ id }) => id);
    } catch (error) {
      return String(error);
    } finally {
      db.close();
    }
  }

  test.each(EVERY_KEPT)(
    "with synchronous = FULL has every acknowledged row at every crash point (%j)",
    async (kept) => {
      const trace = await record(inserts("FULL"));
      expect(trace.lines).toHaveLength(20);
      expect(crashPoints(trace).length).toBeGreaterThan(60);
      expect(losses(trace, kept)).toEqual([]);
    },
  );

  test.each(["OFF", "NORMAL"])("with synchronous = %s is seen to lose rows", async (synchronous) => {
    expect(losses(await record(inserts(synchronous)), {})).toContainEqual(expect.stringContaining("are lost"));
  });

  test("in a new folder needs that folder's parent synced", async () => {
    const unsynced = await record(inserts("FULL", `folder + "/new"`));
    expect(losses(unsynced, {}, "new")).toContainEqual(expect.stringContaining("no database"));
    const synced = await record(inserts("FULL", `folder + "/new"; fs.mkdirSync(folder + "/new"); fsync(folder)`));
    expect(losses(synced, {}, "new")).toEqual([]);
  });
});
