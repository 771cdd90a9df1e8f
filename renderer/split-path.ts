/** A path in two: all up to its last folder, and that folder with the separator before it. */
export function splitPath(path: string): readonly [head: string, tail: string] {
  const end = /[\\/]$/.test(path) ? path.length - 1 : path.length;
  const cut = Math.max(path.lastIndexOf("/", end - 1), path.lastIndexOf("\\", end - 1));
  return cut <= 0 ? ["", path] : [path.slice(0, cut), path.slice(cut)];
}
