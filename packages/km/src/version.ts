import manifest from '../package.json' with { type: 'json' };

/** Version of this km. The bundler puts it in, so that nothing is read when km runs. */
export const version: string = manifest.version;
