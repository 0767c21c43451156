/** What scripts/coverage.ts uses of packages that come without types. */
declare module 'istanbul-lib-coverage' {
  namespace istanbul {
    interface Summary {
      readonly lines: { readonly total: number; readonly covered: number; readonly pct: number };
    }
    interface CoverageMap {
      merge(other: object): void;
      filter(keep: (file: string) => boolean): void;
      files(): string[];
      fileCoverageFor(file: string): { toSummary(): Summary };
      getCoverageSummary(): Summary;
    }
    function createCoverageMap(data?: object): CoverageMap;
  }
  export = istanbul;
}

declare module 'istanbul-lib-report' {
  const report: { createContext(options: { dir: string; coverageMap: object }): object };
  export = report;
}

declare module 'istanbul-reports' {
  const reports: { create(kind: string): { execute(context: object): void } };
  export = reports;
}
