import { readFileSync } from 'node:fs';
import { packagePath } from './paths.ts';

const { version } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as {
  version: string;
};

export const VERSION = version;
