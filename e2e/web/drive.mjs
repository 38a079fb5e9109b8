// drive.mjs URL WIDTH HEIGHT : opens the page in Debian's Chromium and does what the
// lines on its standard input say, one JSON object each; each is answered by one.
//
//   {"do":"shot"}                        → {"state":…, "png":base64} the canvas itself, pixel by pixel
//   {"do":"type","text":"abc"}           {"do":"key","chord":"Control+Alt+d"}
//   {"do":"move","x":1,"y":2}            {"do":"click","x":1,"y":2,"button":"left"}
//   {"do":"state"}                       → {"state":…, "kind":…, "text":…, "logs":[…]}
//   {"do":"leave"}                       the session's own way to end
//
// It ends when its input does.
import { chromium } from 'playwright-core';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [url, width, height] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  viewport: { width: Number(width), height: Number(height) },
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

const logs = [];
let page;

async function state() {
  const { leave, ...rest } = await page.evaluate(() => ({ ...window.session, leave: undefined }));
  return { ...rest, logs };
}

const actions = {
  state,
  async shot() {
    const png = await page.evaluate(() => {
      const canvas = document.querySelector('iron-remote-desktop')?.shadowRoot?.querySelector('canvas');
      return canvas?.width > 0 && canvas?.height > 0 ? canvas.toDataURL('image/png').split(',')[1] : '';
    });
    return { ...(await state()), png };
  },
  async type({ text }) {
    for (const key of text) {
      // The browser's own way to type presses no Shift: the server would see another key.
      const shifted = /[A-Z~!@#$%^&*()_+{}|:"<>?]/.test(key);
      if (shifted) await page.keyboard.down('Shift');
      await page.keyboard.press(key, { delay: 30 });
      if (shifted) await page.keyboard.up('Shift');
    }
  },
  async key({ chord }) { await page.keyboard.press(chord, { delay: 30 }); },
  async move({ x, y }) { await page.mouse.move(...(await at(x, y))); },
  async click({ x, y, button }) { await page.mouse.click(...(await at(x, y)), { button, delay: 30 }); },
  async leave() { await page.evaluate(() => window.session.leave()); },
};

// at turns a pixel of the session into a place on the page.
async function at(x, y) {
  const box = await page.evaluate(() => {
    const r = document.querySelector('iron-remote-desktop').shadowRoot.querySelector('canvas').getBoundingClientRect();
    return { x: r.x, y: r.y };
  });
  return [box.x + x + 0.5, box.y + y + 0.5];
}

try {
  page = browser.pages()[0] ?? await browser.newPage();
  page.on('console', (message) => logs.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => logs.push(`page: ${error.message}`));
  await page.goto(url);
  for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line);
    let answer;
    try {
      answer = (await actions[command.do](command)) ?? {};
    } catch (error) {
      answer = { error: String(error?.message ?? error) };
    }
    process.stdout.write(JSON.stringify(answer) + '\n');
  }
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
