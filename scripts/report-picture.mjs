/** Takes the picture of a report for the documentation: `node scripts/report-picture.mjs REPORT.html`. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright';
import { BROWSER_ARGUMENTS, browserPath } from './build/surroundings.mjs';
import { withPalette } from './palette-png.mjs';

const report = process.argv[2];
const executablePath = browserPath();
if (report === undefined || executablePath === undefined) {
  console.error(
    report === undefined ? 'usage: node scripts/report-picture.mjs REPORT.html' : 'no Chromium in /usr/bin',
  );
  process.exit(2);
}
const browser = await chromium.launch({ executablePath, args: BROWSER_ARGUMENTS });
const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, colorScheme: 'light' });
await page.goto(pathToFileURL(resolve(report)).href);
const plane = await page.locator('section', { has: page.locator('#plane svg') }).boundingBox();
const path = fileURLToPath(new URL('../docs/images/report.png', import.meta.url));
const clip = { x: 0, y: 0, width: 1200, height: plane.y + plane.height + 24 };
const { png, reach } = withPalette(await page.screenshot({ fullPage: true, clip }));
await writeFile(path, png);
await browser.close();
console.log(`docs/images/report.png: ${png.length} bytes, colours right to ${reach} of 255`);
