import * as v from 'valibot';

/** Version of what crosses between km and a plugin. */
export const apiVersion = 1;

const name = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'name wants lower-case letters, digits and dashes, 64 at most'),
);

/** What is known of a plugin without running it: all it exports but its functions. */
export const Manifest = v.object({
  apiVersion: v.literal(apiVersion, `apiVersion wants ${apiVersion}`),
  name,
  description: v.optional(v.string('description wants a text')),
  onFailure: v.picklist(['pass', 'block'], "onFailure wants 'pass' or 'block'"),
  deadlineMs: v.optional(
    v.pipe(v.number(), v.minValue(1), v.maxValue(60_000, 'deadlineMs wants 60000 milliseconds at most')),
    1_000,
  ),
  wants: v.optional(
    v.object({
      dir: v.optional(v.picklist(['c2s', 's2c'])),
      kinds: v.optional(v.array(v.picklist(['request', 'response', 'notification']))),
      methods: v.optional(v.array(v.string())),
    }),
    {},
  ),
});
export type Manifest = v.InferOutput<typeof Manifest>;

/** One plugin of this machine. */
export const Installed = v.object({
  ...Manifest.entries,
  /** What it was added from, as typed. */
  from: v.string(),
  /** ISO 8601. */
  added: v.string(),
  /** SHA-256, hex, over its files. */
  sha256: v.string(),
});
export type Installed = v.InferOutput<typeof Installed>;

/** `plugins.json`. */
export const Register = v.object({ version: v.literal(1), plugins: v.array(Installed) });
