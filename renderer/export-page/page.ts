import type { PageData, PagePhoto, PagePicture } from "../../preload/page-data.ts";
import { constrained, corner, fitted, imagePoint, type Point, type Size, type View, zoomed } from "./view.ts";

/** CSS px to each side of the divider in which it is taken hold of. */
const REACH_PX = 14;
/** CSS px of the loupe's radius. */
const LOUPE_PX = 130;
const LOUPE_SCALES = [1, 2, 4, 8, 16] as const;
/** Side of a pin's crop in px of the result. */
const CROP_PX = 160;
const WHEEL_DOUBLING_PX = 300;

const data = JSON.parse(element("data").textContent ?? "") as PageData;
const { words, photos } = data;
const stage = element("stage");
const before = element("before") as HTMLImageElement;
const after = element("after") as HTMLImageElement;
const divider = element("divider");
const loupe = element("loupe") as HTMLCanvasElement;
const zoomText = element("zoom");

let index = 0;
let view: View = { x: 0, y: 0, scale: 1 };
let isFitted = true;
/** 0 to 1 of the stage's width. */
let share = 0.5;
let hasLoupe = false;
let loupeScale: number = 2;
/** The image point that the loupe looks at. */
let looksAt: Point | undefined;
let question = 0;

begin();

function begin(): void {
  document.title = data.title;
  element("title").textContent = data.title;
  stage.setAttribute("aria-label", words.stage);
  divider.setAttribute("aria-label", words.divider);
  element("tag-before").textContent = words.before;
  element("tag-after").textContent = words.after;
  element("keys").textContent = words.keys;
  label("previous", words.previous, () => show(index - 1));
  label("next", words.next, () => show(index + 1));
  label("fit", words.fit, fitPicture);
  element("full").addEventListener("click", () => zoomTo(1, middle()));
  label("loupe-button", words.loupe, toggleLoupe);
  element("strip").hidden = photos.length < 2;
  element("strip").setAttribute("aria-label", words.photos);
  element("list").append(...photos.map(listed));
  new ResizeObserver(() => {
    if (isFitted) fitPicture();
    else paint();
  }).observe(stage);
  stage.addEventListener("pointerdown", press);
  stage.addEventListener("pointermove", point);
  stage.addEventListener("wheel", turn, { passive: false });
  stage.addEventListener("dblclick", (event) => (isFitted ? zoomTo(1, placeOf(event)) : fitPicture()));
  document.addEventListener("keydown", key);
  void show(0);
}

/** Shows a photo. Its pictures are decoded now and those of the one before are let go of. */
async function show(wanted: number): Promise<void> {
  const photo = photos[wanted];
  if (photo === undefined) return;
  index = wanted;
  const mine = ++question;
  stage.setAttribute("aria-busy", "true");
  element("failed").hidden = true;
  for (const [i, item] of [...element("list").children].entries()) {
    const button = item.firstElementChild;
    if (i === wanted) button?.setAttribute("aria-current", "true");
    else button?.removeAttribute("aria-current");
    if (i === wanted) bringIntoList(item as HTMLElement);
  }
  (element("previous") as HTMLButtonElement).disabled = wanted === 0;
  (element("next") as HTMLButtonElement).disabled = wanted === photos.length - 1;
  element("name").textContent = photo.name;
  element("facts").replaceChildren(...photo.facts.flatMap(([name, text]) => [made("dt", name), made("dd", text)]));
  try {
    const isWanted = () => mine === question;
    await Promise.all([
      load(before, photo.before, words.before, isWanted),
      load(after, photo.after, words.after, isWanted),
    ]);
  } catch {
    if (mine !== question) return;
    element("failed").textContent = words.failed.replace("{name}", photo.name);
    element("failed").hidden = false;
  }
  if (mine !== question) return;
  for (const image of [before, after]) {
    image.style.width = `${photo.after.width}px`;
    image.style.height = `${photo.after.height}px`;
  }
  looksAt = undefined;
  fitPicture();
  showPins(photo);
  stage.setAttribute("aria-busy", "false");
  stage.dataset.shown = String(wanted);
}

/** Moves the list alone: the page stays where it is. */
function bringIntoList(item: HTMLElement): void {
  const list = element("list");
  const left = item.offsetLeft - list.offsetLeft;
  if (left < list.scrollLeft) list.scrollLeft = left;
  else if (left + item.offsetWidth > list.scrollLeft + list.clientWidth)
    list.scrollLeft = left + item.offsetWidth - list.clientWidth;
}

/** Shows a picture, unless another was asked for before it was there. */
async function load(
  image: HTMLImageElement,
  { id, mime }: PagePicture,
  alt: string,
  isWanted: () => boolean,
): Promise<void> {
  const text = element(id).textContent ?? "";
  const bytes = await bytesOf(text);
  if (!isWanted()) return;
  URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(new Blob([bytes], { type: mime }));
  image.alt = alt;
  await image.decode();
}

/** Decodes base64 without a request, in pieces, so that the page answers meanwhile. */
async function bytesOf(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const clean = text.trim();
  const padding = clean.endsWith("==") ? 2 : clean.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((clean.length / 4) * 3 - padding);
  const piece = 4 << 20;
  for (let from = 0, at = 0; from < clean.length; from += piece) {
    const binary = atob(clean.slice(from, from + piece));
    for (let i = 0; i < binary.length; i++) bytes[at++] = binary.charCodeAt(i);
    await new Promise((resolve) => setTimeout(resolve));
  }
  return bytes;
}

function paint(): void {
  const photo = current();
  const ratio = devicePixelRatio;
  view = constrained(view, photo.after, sizeOf(stage));
  const at = corner(view, sizeOf(stage));
  const scale = view.scale / ratio;
  for (const image of [before, after]) {
    image.style.transform = `translate(${at.x / ratio}px, ${at.y / ratio}px) scale(${scale})`;
  }
  // Squares from two device px to a px on, each picture by its own px.
  after.classList.toggle("squares", view.scale >= 2);
  before.classList.toggle("squares", (view.scale * photo.after.width) / photo.before.width >= 2 && view.scale >= 2);
  const cut = share * stage.clientWidth;
  element("left").style.clipPath = `inset(0 ${stage.clientWidth - cut}px 0 0)`;
  divider.style.transform = `translateX(${cut}px)`;
  const percent = Math.round(share * 100);
  divider.setAttribute("aria-valuenow", String(percent));
  divider.setAttribute("aria-valuetext", words.share.replace("{n}", String(percent)));
  zoomText.textContent = `${Math.round(view.scale * 100)} %`;
  for (const mark of document.querySelectorAll<HTMLElement>("#marks > *")) {
    const x = (at.x + Number(mark.dataset.x) * photo.after.width * view.scale) / ratio;
    const y = (at.y + Number(mark.dataset.y) * photo.after.height * view.scale) / ratio;
    mark.style.transform = `translate(${x}px, ${y}px)`;
  }
  paintLoupe();
}

/** Both halves are cut from the pictures by their own px; before is the left half. */
function paintLoupe(): void {
  loupe.hidden = !hasLoupe || looksAt === undefined;
  if (loupe.hidden || looksAt === undefined) return;
  const photo = current();
  const ratio = devicePixelRatio;
  const side = Math.round(2 * LOUPE_PX * ratio);
  if (loupe.width !== side) Object.assign(loupe, { width: side, height: side });
  loupe.style.width = loupe.style.height = `${side / ratio}px`;
  const place = {
    x: corner(view, sizeOf(stage)).x + looksAt.x * view.scale,
    y: corner(view, sizeOf(stage)).y + looksAt.y * view.scale,
  };
  loupe.style.transform = `translate(${(Math.round(place.x) - side / 2) / ratio}px, ${(Math.round(place.y) - side / 2) / ratio}px)`;
  const context = loupe.getContext("2d");
  if (context === null) return;
  context.clearRect(0, 0, side, side);
  const half = side / 2;
  for (const [image, picture, from] of [
    [before, photo.before, 0],
    [after, photo.after, half],
  ] as const) {
    const scale = (loupeScale * photo.after.width) / picture.width;
    context.save();
    context.beginPath();
    context.rect(from, 0, half, side);
    context.clip();
    context.imageSmoothingEnabled = scale < 2;
    const x = half - looksAt.x * loupeScale;
    const y = half - looksAt.y * loupeScale;
    context.drawImage(image, x, y, photo.after.width * loupeScale, photo.after.height * loupeScale);
    context.restore();
  }
  context.fillStyle = "#fff";
  context.fillRect(Math.round(half) - 1, 0, Math.max(1, Math.round(ratio)), side);
  loupe.dataset.point = `${looksAt.x} ${looksAt.y} ${loupeScale}`;
}

function showPins(photo: PagePhoto): void {
  element("pins").hidden = photo.pins.length === 0;
  element("pins-title").textContent = words.pins;
  element("marks").replaceChildren(
    ...photo.pins.map(({ name, x, y }) => {
      const mark = made("span", name);
      Object.assign(mark.dataset, { x: String(x), y: String(y) });
      return mark;
    }),
  );
  element("crops").replaceChildren(
    ...photo.pins.map((pin) => {
      const button = made("button", "") as HTMLButtonElement;
      button.type = "button";
      const canvas = made("canvas", "") as HTMLCanvasElement;
      Object.assign(canvas, { width: 2 * CROP_PX + 2, height: CROP_PX });
      const context = canvas.getContext("2d");
      if (context !== null) {
        context.imageSmoothingEnabled = false;
        const x = Math.round(pin.x * photo.after.width - CROP_PX / 2);
        const y = Math.round(pin.y * photo.after.height - CROP_PX / 2);
        for (const [image, from] of [
          [before, 0],
          [after, CROP_PX + 2],
        ] as const) {
          context.save();
          context.beginPath();
          context.rect(from, 0, CROP_PX, CROP_PX);
          context.clip();
          context.drawImage(image, from - x, -y, photo.after.width, photo.after.height);
          context.restore();
        }
      }
      button.append(canvas, made("span", pin.name));
      button.addEventListener("click", () => {
        view = { x: pin.x * photo.after.width, y: pin.y * photo.after.height, scale: Math.max(1, view.scale) };
        isFitted = false;
        paint();
        stage.scrollIntoView({ block: "nearest" });
      });
      return button;
    }),
  );
  paint();
}

/** Drags the divider where it is pressed, else the picture. The pointer is captured: it may leave the stage. */
function press(event: PointerEvent): void {
  if (event.button !== 0) return;
  event.preventDefault();
  const isOnDivider = Math.abs(cssPlace(event).x - share * stage.clientWidth) <= REACH_PX;
  (isOnDivider ? divider : stage).focus({ preventScroll: true });
  stage.setPointerCapture(event.pointerId);
  let last = placeOf(event);
  const move = (next: PointerEvent) => {
    if (next.pointerId !== event.pointerId || next.buttons === 0) return;
    const place = placeOf(next);
    if (isOnDivider) setShare(cssPlace(next).x / stage.clientWidth);
    else if (place.x !== last.x || place.y !== last.y) {
      view = { ...view, x: view.x - (place.x - last.x) / view.scale, y: view.y - (place.y - last.y) / view.scale };
      isFitted = false;
      paint();
    }
    last = place;
  };
  const end = new AbortController();
  stage.addEventListener("pointermove", move, { signal: end.signal });
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"] as const)
    stage.addEventListener(type, () => end.abort(), { signal: end.signal });
}

function point(event: PointerEvent): void {
  if (!hasLoupe) return;
  looksAt = imagePoint(view, sizeOf(stage), placeOf(event));
  paintLoupe();
}

function turn(event: WheelEvent): void {
  event.preventDefault();
  if (hasLoupe && !event.ctrlKey) {
    changeLoupe(event.deltaY < 0 ? 1 : -1);
    return;
  }
  zoomTo(view.scale * 2 ** (-event.deltaY / WHEEL_DOUBLING_PX), placeOf(event));
}

function key(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const step = event.shiftKey ? 10 : 1;
  const act = event.target === divider ? dividerKey(event.key, step) : stageKey(event, step);
  if (act) event.preventDefault();
}

function dividerKey(name: string, step: number): boolean {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -0.01 * step,
    ArrowRight: 0.01 * step,
    ArrowDown: -0.01 * step,
    ArrowUp: 0.01 * step,
    PageDown: -0.1,
    PageUp: 0.1,
    Home: -1,
    End: 1,
  };
  const by = steps[name];
  if (by !== undefined) setShare(share + by);
  return by !== undefined || stageKey({ key: name, target: divider }, step);
}

function stageKey({ key: name, target }: Pick<KeyboardEvent, "key" | "target">, step: number): boolean {
  const moves: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [-step, 0],
    ArrowRight: [step, 0],
    ArrowUp: [0, -step],
    ArrowDown: [0, step],
  };
  const move = moves[name];
  if (move !== undefined && hasLoupe && looksAt !== undefined && target === stage) {
    looksAt = { x: looksAt.x + move[0], y: looksAt.y + move[1] };
    paintLoupe();
    return true;
  }
  switch (name) {
    case "ArrowLeft":
    case "ArrowRight":
      if (target === divider) return false;
      void show(index + (name === "ArrowLeft" ? -1 : 1));
      return true;
    case "l":
    case "L":
      toggleLoupe();
      return true;
    case "0":
      fitPicture();
      return true;
    case "1":
      zoomTo(1, middle());
      return true;
    case "+":
    case "=":
    case "-":
      if (hasLoupe) changeLoupe(name === "-" ? -1 : 1);
      else zoomTo(view.scale * (name === "-" ? Math.SQRT1_2 : Math.SQRT2), middle());
      return true;
    default:
      return false;
  }
}

function toggleLoupe(): void {
  hasLoupe = !hasLoupe;
  element("loupe-button").setAttribute("aria-pressed", String(hasLoupe));
  looksAt ??= imagePoint(view, sizeOf(stage), middle());
  paintLoupe();
}

function changeLoupe(by: 1 | -1): void {
  const at = LOUPE_SCALES.findIndex((each) => each >= loupeScale) + by;
  loupeScale = LOUPE_SCALES[Math.max(0, Math.min(LOUPE_SCALES.length - 1, at))] ?? loupeScale;
  paintLoupe();
}

function setShare(wanted: number): void {
  share = Math.max(0, Math.min(1, wanted));
  paint();
}

function fitPicture(): void {
  view = fitted(current().after, sizeOf(stage));
  isFitted = true;
  paint();
}

function zoomTo(scale: number, place: Point): void {
  const { scale: allowed } = constrained({ ...view, scale }, current().after, sizeOf(stage));
  view = zoomed(view, sizeOf(stage), place, allowed);
  isFitted = false;
  paint();
}

/** An event's place on the stage in CSS px, whatever element of it was hit. */
function cssPlace({ clientX, clientY }: MouseEvent): Point {
  const { left, top } = stage.getBoundingClientRect();
  return { x: clientX - left - stage.clientLeft, y: clientY - top - stage.clientTop };
}

function placeOf(event: MouseEvent): Point {
  const { x, y } = cssPlace(event);
  return { x: x * devicePixelRatio, y: y * devicePixelRatio };
}

function middle(): Point {
  const { width, height } = sizeOf(stage);
  return { x: width / 2, y: height / 2 };
}

/** In device px. */
function sizeOf({ clientWidth, clientHeight }: HTMLElement): Size {
  return { width: clientWidth * devicePixelRatio, height: clientHeight * devicePixelRatio };
}

function current(): PagePhoto {
  return photos[index] as PagePhoto;
}

function listed({ name }: PagePhoto, at: number): HTMLElement {
  const item = made("li", "");
  const button = made("button", name) as HTMLButtonElement;
  button.type = "button";
  button.title = name;
  button.addEventListener("click", () => void show(at));
  item.append(button);
  return item;
}

function label(id: string, text: string, act: () => void): void {
  const button = element(id);
  button.title = text;
  if (button.textContent === "") button.textContent = text;
  else button.setAttribute("aria-label", text);
  button.addEventListener("click", act);
}

function made(tag: string, text: string): HTMLElement {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element “${id}”`);
  return found;
}
