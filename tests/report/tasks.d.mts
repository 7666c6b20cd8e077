import type { Scheduled } from 'somen/node';

export declare const squares: Scheduled<(n: number) => Float64Array>;
export declare const sum: Scheduled<(values: Float64Array) => number>;
export declare const twice: Scheduled<(n: number) => number>;
export declare const parse: Scheduled<(text: string) => unknown>;
