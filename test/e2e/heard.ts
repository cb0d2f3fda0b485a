/** What a page says that should be silent: messages, errors, boxes, and requests to what is not its own. */
import type { Page } from 'playwright';

/** Filled as it is heard. */
export function listen(page: Page, isOwn: (url: string) => boolean): string[] {
  const heard: string[] = [];
  page.on('console', (message) => heard.push(message.text()));
  page.on('pageerror', (error) => heard.push(error.message));
  page.on('dialog', (dialog) => {
    heard.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!isOwn(request.url()) && !request.url().startsWith('data:')) heard.push(request.url());
  });
  return heard;
}
