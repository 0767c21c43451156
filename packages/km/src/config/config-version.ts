/** Version of the configuration file. A file of a newer one is read, and never rewritten. */
export const configVersion = 1;
