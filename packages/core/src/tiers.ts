/** What an account may be. */
export const tiers = ['free', 'pro', 'team', 'enterprise'] as const;
export type Tier = (typeof tiers)[number];

/** The lowest tier that has a feature. The only table of features and tiers. */
export const featureFrom = {
  log: 'free',
  telemetry: 'pro',
  risk_analysis: 'pro',
  transformation: 'pro',
  policy: 'pro',
  ask: 'pro',
  intercept: 'pro',
  redaction: 'free',
  plugins: 'pro',
  prometheus: 'pro',
  otlp: 'pro',
  organisation: 'team',
  sso: 'enterprise',
  priority_support: 'pro',
} as const satisfies Record<string, Tier>;
export type Feature = keyof typeof featureFrom;

export function tierHas(tier: Tier, feature: Feature): boolean {
  return tiers.indexOf(tier) >= tiers.indexOf(featureFrom[feature]);
}
