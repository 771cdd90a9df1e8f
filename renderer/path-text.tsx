import "./path-text.css";
import { splitPath } from "./split-path.ts";

/** A folder's path on one line. Where it is too long its middle gives way: the end says most, the whole is in the title. */
export function PathText({ path }: { readonly path: string }) {
  const [head, tail] = splitPath(path);
  return (
    <span className="path-text" title={path}>
      <span className="path-head">{head}</span>
      <span className="path-tail">{tail}</span>
    </span>
  );
}
