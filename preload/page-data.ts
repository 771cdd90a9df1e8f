/** What the page is given: everything in it is a text that is shown as it is, or a number. */
export interface PageData {
  readonly title: string;
  readonly language: string;
  readonly words: PageWords;
  readonly photos: readonly PagePhoto[];
}

export interface PagePhoto {
  readonly name: string;
  readonly before: PagePicture;
  readonly after: PagePicture;
  readonly facts: readonly (readonly [label: string, text: string])[];
  /** 0 to 1 of the width and height. */
  readonly pins: readonly { readonly name: string; readonly x: number; readonly y: number }[];
}

/** A picture in the page: its base64 is the text of the element of that id. */
export interface PagePicture {
  readonly id: string;
  readonly mime: string;
  readonly width: number;
  readonly height: number;
}

/** `{n}` and the like are filled in. */
export interface PageWords {
  readonly before: string;
  readonly after: string;
  /** Of the divider: “{n} % original”. */
  readonly share: string;
  readonly divider: string;
  readonly stage: string;
  readonly loupe: string;
  readonly fit: string;
  readonly photos: string;
  readonly previous: string;
  readonly next: string;
  readonly pins: string;
  readonly keys: string;
  readonly failed: string;
}
