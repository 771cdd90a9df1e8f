/*
 * Places are in device px of the stage, counted from its upper left corner; image points are in px of the result.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What is seen: the image point in the middle of the stage, and device px per px of the result. */
export interface View extends Point {
  readonly scale: number;
}

export const MOST_SCALE = 32;

/** All of a picture, never enlarged. */
export function fitted(picture: Size, stage: Size): View {
  return { x: picture.width / 2, y: picture.height / 2, scale: Math.min(1, fitScale(picture, stage)) };
}

/** Where the picture's corner is put: on a whole device px, so that px meet px at 100 %. */
export function corner(view: View, stage: Size): Point {
  return {
    x: Math.round(stage.width / 2 - view.x * view.scale),
    y: Math.round(stage.height / 2 - view.y * view.scale),
  };
}

/** The image point at a place. */
export function imagePoint(view: View, stage: Size, place: Point): Point {
  const at = corner(view, stage);
  return { x: (place.x - at.x) / view.scale, y: (place.y - at.y) / view.scale };
}

/** The view at another scale, the image point at a place staying there. */
export function zoomed(view: View, stage: Size, place: Point, scale: number): View {
  const off = { x: place.x - stage.width / 2, y: place.y - stage.height / 2 };
  return {
    x: view.x + off.x / view.scale - off.x / scale,
    y: view.y + off.y / view.scale - off.y / scale,
    scale,
  };
}

/** A view within what can be looked at: the middle of the stage is on the picture; all of a small one is centred. */
export function constrained(view: View, picture: Size, stage: Size): View {
  const least = Math.min(1, fitScale(picture, stage));
  const scale = Math.min(MOST_SCALE, Math.max(least, view.scale));
  const along = (at: number, length: number, room: number) =>
    length * scale <= room ? length / 2 : Math.min(length, Math.max(0, at));
  return {
    x: along(view.x, picture.width, stage.width),
    y: along(view.y, picture.height, stage.height),
    scale,
  };
}

function fitScale(picture: Size, stage: Size): number {
  return Math.min(stage.width / picture.width, stage.height / picture.height);
}
