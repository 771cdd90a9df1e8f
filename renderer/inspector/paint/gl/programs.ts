import type { Pane } from "../../scene.ts";
import { fragmentSource, type ProgramName, VERTEX } from "./shaders.ts";

/** A program with its uniforms, which are set by name. */
export interface Program {
  readonly program: WebGLProgram;
  readonly at: (name: string) => WebGLUniformLocation | null;
}

/** What a pane cuts off px by px. */
export type Clip = Pick<Pane, "halfPlane" | "circle">;

/** Compiles programs when they are needed first. */
export class Programs {
  private readonly made = new Map<string, Program>();

  constructor(private readonly gl: WebGL2RenderingContext) {}

  /** Takes a program in use, its clip set. @param clip `undefined` where nothing is cut off @param isSix taps of a kernel */
  use(name: ProgramName, clip: Clip | undefined, isSix = false): Program {
    const key = `${name} ${clip !== undefined} ${isSix}`;
    let program = this.made.get(key);
    if (program === undefined) {
      program = compile(this.gl, fragmentSource(name, clip !== undefined, isSix));
      this.made.set(key, program);
    }
    // biome-ignore lint/correctness/useHookAtTopLevel: of WebGL, not of React
    this.gl.useProgram(program.program);
    if (clip !== undefined) this.setClip(program, clip);
    return program;
  }

  private setClip({ at }: Program, { halfPlane, circle }: Clip): void {
    // All of the plane, and a circle that holds every surface.
    const { x, y, least } = halfPlane ?? { x: 0, y: 0, least: -1 };
    this.gl.uniform3f(at("halfPlane"), x, y, least);
    this.gl.uniform3f(at("circle"), circle?.centre.x ?? 0, circle?.centre.y ?? 0, circle?.radius ?? 1e9);
  }

  close(): void {
    for (const { program } of this.made.values()) this.gl.deleteProgram(program);
    this.made.clear();
  }
}

function compile(gl: WebGL2RenderingContext, fragment: string): Program {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type);
    if (shader === null) throw new Error("Expected a shader, but the graphics context is lost");
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true && !gl.isContextLost()) {
    const shaders = gl.getAttachedShaders(program) ?? [];
    const reasons = shaders.map((shader) => gl.getShaderInfoLog(shader)).filter(Boolean);
    throw new Error(`Expected a shader that compiles, but: ${reasons.join(" ")} ${gl.getProgramInfoLog(program)}`);
  }
  const locations = new Map<string, WebGLUniformLocation | null>();
  const at = (name: string) => {
    const known = locations.get(name);
    if (known !== undefined) return known;
    const found = gl.getUniformLocation(program, name);
    locations.set(name, found);
    return found;
  };
  return { program, at };
}
