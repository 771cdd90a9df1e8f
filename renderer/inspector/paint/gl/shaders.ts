/*
 * GLSL ES 3.00. Device px are counted from the surface's upper left; `place` is how far a device px is from the first one
 * of what is sampled, in whole px, so that large numbers do not cost precision.
 */

export const VERTEX = `#version 300 es
uniform vec4 rect; // x, y, width, height in device px
uniform vec4 toClip; // factor and offset
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  gl_Position = vec4((rect.xy + corner * rect.zw) * toClip.xy + toClip.zw, 0.0, 1.0);
}`;

const HEAD = `
precision highp float;
precision highp int;
precision highp sampler2D;
uniform vec4 rect;
uniform vec4 toDevice;
uniform vec2 anchor;
out vec4 colour;
vec2 device() { return gl_FragCoord.xy * toDevice.zw + toDevice.xy; }
vec2 place() { return floor(device() - anchor); }
ivec2 inRect() { return ivec2(floor(device() - rect.xy)); }
`;

const CLIP = `
uniform vec3 halfPlane; // x, y, least
uniform vec3 circle; // x, y, radius
float coverage() {
  vec2 at = device();
  if (dot(halfPlane.xy, at) < halfPlane.z) discard;
  float inside = clamp(circle.z + 0.5 - distance(at, circle.xy), 0.0, 1.0);
  if (inside == 0.0) discard;
  return inside;
}
`;

const NO_CLIP = "float coverage() { return 1.0; }";

const TILE = `
uniform sampler2D tile;
uniform vec2 from;
uniform vec2 by;
`;

const BODIES = {
  fill: `
uniform vec4 paint;
void main() { colour = paint * coverage(); }`,

  nearest: `${TILE}
uniform float border;
void main() {
  float inside = coverage();
  colour = texelFetch(tile, ivec2(floor(from + place() * by + border)), 0) * inside;
}`,

  smooth: `${TILE}
uniform vec2 spread;
void main() {
  float inside = coverage();
  vec2 px = 1.0 / vec2(textureSize(tile, 0));
  vec2 at = (from + place() * by) * px;
  if (spread.x + spread.y == 0.0) {
    colour = texture(tile, at) * inside;
    return;
  }
  vec2 off = spread * px;
  vec2 across = vec2(off.x, -off.y);
  colour = (texture(tile, at - off) + texture(tile, at + off) + texture(tile, at - across) + texture(tile, at + across))
    * (0.25 * inside);
}`,

  // Rows of the picture, enlarged across: the first of two steps.
  across: `
uniform sampler2D tile;
uniform sampler2D taps;
uniform int firstRow;
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  vec4 a = texelFetch(taps, ivec2(at.x, 0), 0);
  vec4 b = texelFetch(taps, ivec2(at.x, 1), 0);
  ivec2 px = ivec2(int(a.x), at.y + firstRow);
  vec3 sum = a.y * texelFetch(tile, px, 0).rgb;
  sum += a.z * texelFetchOffset(tile, px, 0, ivec2(1, 0)).rgb;
  sum += a.w * texelFetchOffset(tile, px, 0, ivec2(2, 0)).rgb;
  sum += b.x * texelFetchOffset(tile, px, 0, ivec2(3, 0)).rgb;
#ifdef SIX
  sum += b.y * texelFetchOffset(tile, px, 0, ivec2(4, 0)).rgb;
  sum += b.z * texelFetchOffset(tile, px, 0, ivec2(5, 0)).rgb;
#endif
  colour = vec4(sum, 1.0);
}`,

  down: `
uniform sampler2D rows;
uniform sampler2D taps;
uniform int firstRow;
void main() {
  float inside = coverage();
  ivec2 at = inRect();
  vec4 a = texelFetch(taps, ivec2(at.y, 2), 0);
  vec4 b = texelFetch(taps, ivec2(at.y, 3), 0);
  ivec2 px = ivec2(at.x, int(a.x) - firstRow);
  vec3 sum = a.y * texelFetch(rows, px, 0).rgb;
  sum += a.z * texelFetchOffset(rows, px, 0, ivec2(0, 1)).rgb;
  sum += a.w * texelFetchOffset(rows, px, 0, ivec2(0, 2)).rgb;
  sum += b.x * texelFetchOffset(rows, px, 0, ivec2(0, 3)).rgb;
#ifdef SIX
  sum += b.y * texelFetchOffset(rows, px, 0, ivec2(0, 4)).rgb;
  sum += b.z * texelFetchOffset(rows, px, 0, ivec2(0, 5)).rgb;
#endif
  colour = vec4(clamp(sum, 0.0, 1.0), 1.0) * inside;
}`,

  // See ../difference.ts for the formula.
  difference: `
uniform sampler2D before;
uniform sampler2D after;
uniform float gain;
uniform bool isSigned;
uniform vec3 nothing;
void main() {
  float inside = coverage();
  ivec2 at = inRect();
  vec4 a = texelFetch(before, at, 0);
  vec4 b = texelFetch(after, at, 0);
  vec3 less = b.rgb - a.rgb;
  vec3 shown = isSigned ? 128.0 / 255.0 + 0.5 * gain * less : gain * abs(less);
  colour = vec4(a.a * b.a == 0.0 ? nothing : clamp(shown, 0.0, 1.0), 1.0) * inside;
}`,

  // See ../trust-colour.ts for the formula.
  trust: `${TILE}
uniform float border;
uniform float threshold;
uniform vec3 warm;
uniform vec2 alphas;
void main() {
  float inside = coverage();
  ivec2 cell = min(ivec2(floor(from + place() * by + border)), textureSize(tile, 0) - 1);
  float excess = texelFetch(tile, cell, 0).r - threshold;
  if (excess <= 0.0) discard;
  float alpha = mix(alphas.x, alphas.y, min(1.0, excess / max(1.0, threshold)));
  colour = vec4(warm, 1.0) * (alpha * inside);
}`,

  // A line is the first device px of a px of the source.
  grid: `
uniform vec2 from;
uniform vec2 by;
uniform float border;
uniform float alpha;
void main() {
  float inside = coverage();
  vec2 at = from + place() * by + border;
  vec2 isNew = step(0.5, floor(at) - floor(at - by));
  if (isNew.x + isNew.y == 0.0) discard;
  ivec2 px = ivec2(floor(device()));
  float light = float((px.x + px.y) & 1);
  colour = vec4(vec3(light), 1.0) * (alpha * inside);
}`,
} as const;

export type ProgramName = keyof typeof BODIES;

/** A fragment shader. @param isClipped whether it minds the half plane and the circle @param isSix taps of a kernel */
export function fragmentSource(name: ProgramName, isClipped: boolean, isSix: boolean): string {
  return ["#version 300 es", isSix ? "#define SIX" : "", HEAD, isClipped ? CLIP : NO_CLIP, BODIES[name]].join("\n");
}
