/** Takes the picture of the dashboard for the documentation: `node scripts/dashboard-picture.mjs http://127.0.0.1:7717`. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { BROWSER_ARGUMENTS, browserPath } from './build/surroundings.mjs';
import { withPalette } from './palette-png.mjs';

const url = process.argv[2];
const executablePath = browserPath();
if (url === undefined || executablePath === undefined) {
  console.error(url === undefined ? 'usage: node scripts/dashboard-picture.mjs URL' : 'no Chromium in /usr/bin');
  process.exit(2);
}
const WIDTH = 1280;
const browser = await chromium.launch({ executablePath, args: BROWSER_ARGUMENTS });
const page = await browser.newPage({ viewport: { width: WIDTH, height: 800 }, colorScheme: 'light' });
await page.goto(url);
await page.locator('main:not([data-state]) .plot canvas').first().waitFor();
const last = await page.locator('.grid').boundingBox();
const height = Math.ceil(last.y + last.height + 24);
await page.setViewportSize({ width: WIDTH, height });
await page.waitForTimeout(500);
const path = fileURLToPath(new URL('../docs/images/dashboard.png', import.meta.url));
const { png, reach } = withPalette(await page.screenshot({ clip: { x: 0, y: 0, width: WIDTH, height } }));
await writeFile(path, png);
await browser.close();
console.log(`docs/images/dashboard.png: ${png.length} bytes, colours right to ${reach} of 255`);
