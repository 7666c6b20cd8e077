/** What browsers tell for reports. */
import type { ReportPlatform } from '../core/report/report-platform.ts';

/** What Chromium's browsers have. */
interface Hints {
  readonly deviceMemory?: number;
  readonly userAgentData?: {
    readonly platform: string;
    readonly brands: readonly { readonly brand: string; readonly version: string }[];
  };
}

const GIBIBYTE = 2 ** 30;

/** A page, or a worker of one. */
export const WEB_REPORTING: ReportPlatform = {
  describe: async () => {
    const { deviceMemory, userAgentData } = navigator as Hints;
    const system = userAgentData?.platform ?? /\(([^)]*)\)/.exec(navigator.userAgent)?.[1];
    return {
      machine: {
        cores: navigator.hardwareConcurrency,
        ...(deviceMemory !== undefined && { memory: deviceMemory * GIBIBYTE }),
        ...(system !== undefined && { system }),
      },
      versions: browserVersions(userAgentData?.brands ?? []),
    };
  },
};

/** Without the made-up brand that is there to keep readers of the list flexible. */
function browserVersions(brands: readonly { brand: string; version: string }[]): Record<string, string> {
  const real = brands.filter(({ brand }) => !/not.?a/i.test(brand));
  if (real.length > 0) return Object.fromEntries(real.map(({ brand, version }) => [brand, version]));
  const [, name, version] = /(Firefox|Version)\/([\d.]+)/.exec(navigator.userAgent) ?? [];
  return name === undefined || version === undefined ? {} : { [name === 'Version' ? 'WebKit' : name]: version };
}
