import path from 'node:path';
import { isKmError, KmError } from '@kilometers/core/errors.ts';
import { parse as parseToml, TomlError } from 'smol-toml';
import { LineCounter, parseDocument } from 'yaml';
import { parseJsonc } from '../config/jsonc.ts';

/**
 * Reads JSON, with or without comments, TOML or YAML, by the name of the file.
 *
 * @throws KmError `config.invalid` with the place; never with a piece of the text, which may be a secret.
 */
export function parseConfig(file: string, text: string): unknown {
  const source = text.replace(/^\uFEFF/, '');
  const ending = path.extname(file).toLowerCase();
  if (ending === '.toml') return toml(file, source);
  if (ending === '.yaml' || ending === '.yml') return yaml(file, source);
  return json(file, source);
}

const fix = 'Correct the file with an editor.';

function json(file: string, text: string): unknown {
  try {
    return parseJsonc(file, text);
  } catch (error) {
    if (!isKmError(error)) throw error;
    throw new KmError('config.invalid', error.message, { fix }); // It advises on km's own configuration.
  }
}

function toml(file: string, text: string): unknown {
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new KmError('config.invalid', `${file}, line ${error.line}, column ${error.column}: this is not TOML.`, {
      fix,
    });
  }
}

function yaml(file: string, text: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  if (error === undefined) return document.toJS();
  const { line, col } = lineCounter.linePos(error.pos[0]);
  throw new KmError('config.invalid', `${file}, line ${line}, column ${col}: this is not YAML.`, { fix });
}
