/** The size of the picture, in pixels. */
export const WIDTH = 480;
export const HEIGHT = 220;

/** Another number, another landscape. */
export const SEED = 7;

/** Red, green and blue, from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];
