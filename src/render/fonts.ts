import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The typeface, from npm packages: TrueType files for pictures, WOFF2 for pages. Without a font
 * file the picture library draws no text and says nothing.
 */
const require = createRequire(import.meta.url);

export function pictureFonts(): string[] {
  const root = dirname(require.resolve('@expo-google-fonts/inter/package.json'));
  return [
    join(root, '400Regular', 'Inter_400Regular.ttf'),
    join(root, '600SemiBold', 'Inter_600SemiBold.ttf'),
  ];
}

/** The alphabets that a page may ask for, each a file of its own. */
export const PAGE_FONTS = ['latin', 'latin-ext', 'cyrillic', 'greek', 'vietnamese'] as const;

export function pageFont(alphabet: (typeof PAGE_FONTS)[number]): string {
  const root = dirname(require.resolve('@fontsource-variable/inter/package.json'));
  return join(root, 'files', `inter-${alphabet}-wght-normal.woff2`);
}
