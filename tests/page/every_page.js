// The same tests for each version of the page and each renderer of its nodes.
import { after, afterEach, before, describe } from "node:test";
import { openBrowser, openPage } from "./page.js";
import { serve, versions } from "./servers.js";

// The Vue renderer was an experiment at first: of the widgets it draws the kinds that it knows, and no element, from
// whomever it comes (boot.test.js sees to it that this is so). Our pictures it shows.
const SHOWS_PANELS_FROM = 30;
const RENDERERS = ["classic", "Vue"];

/** Whether this version's renderer shows elements on nodes, and with them our panels. */
export function showsPanels(version, vue) {
  const minor = Number(version.split(".")[1]);
  return !vue || Number.isNaN(minor) || minor >= SHOWS_PANELS_FROM;
}

/** Declare tests for all pages, or those that PAGE ("newest" is one) and RENDERER name: `declare({open, onePage, panels, vue})`;
 *  `open(options)` opens a fresh page, which is closed after the test, unless it is to be kept; `onePage()` declares
 *  one for all tests, and gives a function that gives it: a fresh one takes seconds. */
export function eachPage(about, declare, renderers = RENDERERS) {
  for (const version of process.env.PAGE === "newest" ? versions().slice(-1) : wanted("PAGE", versions()))
    describe(`${about}: page ${version}`, () => {
      let server, browser;
      before(async () => ([server, browser] = await Promise.all([serve(version), openBrowser()])));
      after(async () => {
        await browser?.close();
        await server?.stop();
      });
      for (const renderer of wanted("RENDERER", renderers))
        describe(`${renderer} renderer`, () => {
          const vue = renderer === "Vue";
          const contexts = [];
          afterEach(async () => Promise.all(contexts.splice(0).map((each) => each.close())));
          const open = async ({ keep = false, ...options } = {}) => {
            const opened = await openPage(browser, server.url, { vue, ...options });
            if (!keep) contexts.push(opened.context);
            return opened;
          };
          const onePage = () => {
            let opened;
            before(async () => (opened = await open({ keep: true })));
            after(() => opened?.context.close());
            return () => opened;
          };
          declare({ open, onePage, panels: showsPanels(version, vue), vue });
        });
    });
}

/** Those of a list that a variable of the environment names, separated by spaces; without it all of them. */
export function wanted(variable, all) {
  const named = process.env[variable]?.split(/\s+/).filter(Boolean);
  const unknown = named?.find((each) => !all.includes(each) && !RENDERERS.includes(each));
  if (unknown) throw new Error(`${variable} names ${unknown}; there are ${all.join(", ")}`);
  return named ? all.filter((each) => named.includes(each)) : all;
}
