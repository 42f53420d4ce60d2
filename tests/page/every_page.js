// The same tests for each version of the page and each renderer of its nodes.
import { after, afterEach, before, describe } from "node:test";
import { openBrowser, openPage } from "./page.js";
import { serve, versions } from "./servers.js";

// The Vue renderer was an experiment at first: of what packs put on their nodes it showed nothing.
const SHOWS_PANELS_FROM = 30;

/** Whether this version's renderer shows what we put on nodes. */
export function showsPanels(version, vue) {
  const minor = Number(version.split(".")[1]);
  return !vue || Number.isNaN(minor) || minor >= SHOWS_PANELS_FROM;
}

/** Declare tests for all pages: `declare({open, panels})`; `open(options)` opens a fresh page,
 *  which is closed after the test, unless it is to be kept. */
export function eachPage(about, declare) {
  for (const version of versions().filter((each) => !process.env.PAGE || each === process.env.PAGE))
    for (const vue of [false, true])
      describe(`${about}: page ${version}, ${vue ? "Vue" : "classic"} renderer`, () => {
        let server, browser;
        const contexts = [];
        before(async () => ([server, browser] = await Promise.all([serve(version), openBrowser()])));
        afterEach(async () => Promise.all(contexts.splice(0).map((each) => each.close())));
        after(async () => {
          await browser?.close();
          await server?.stop();
        });
        const open = async ({ keep = false, ...options } = {}) => {
          const opened = await openPage(browser, server.url, { vue, ...options });
          if (!keep) contexts.push(opened.context);
          return opened;
        };
        declare({ open, panels: showsPanels(version, vue) });
      });
}
