/** Globals that pages have and workers lack. */
export const PAGE_GLOBALS: ReadonlySet<string> = new Set(
  [
    'window document parent top frames opener history screen localStorage sessionStorage customElements visualViewport',
    'alert confirm prompt print getComputedStyle getSelection matchMedia scrollTo scrollBy requestIdleCallback',
    'innerWidth innerHeight outerWidth outerHeight scrollX scrollY devicePixelRatio speechSynthesis',
    'Window Document DocumentFragment Node Element HTMLElement SVGElement ShadowRoot Text Comment Range Selection',
    'HTMLInputElement HTMLCanvasElement HTMLImageElement HTMLVideoElement HTMLAudioElement Image Audio Option',
    'DOMParser XMLSerializer MutationObserver ResizeObserver IntersectionObserver CSSStyleSheet',
    'UIEvent MouseEvent KeyboardEvent PointerEvent TouchEvent AudioContext',
  ].flatMap((names) => names.split(' ')),
);
