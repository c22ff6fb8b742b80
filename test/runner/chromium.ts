// Finds a Chromium for the specs, and installs Debian's where that can be done.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const isRoot = process.getuid?.() === 0;

function onPath(): string | undefined {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    const { stdout, status } = spawnSync("which", [name], { encoding: "utf8" });
    if (status === 0) return stdout.trim();
  }
  return undefined;
}

function find(): string | undefined {
  const named = process.env["CHROMIUM"];
  if (named && !existsSync(named)) throw new Error(`Cannot run the specs in a browser: $CHROMIUM names ${named}, which is not there`);
  return named ?? [chromium.executablePath(), onPath()].find((path) => path && existsSync(path));
}

function install(): void {
  if (!isRoot || !existsSync("/etc/debian_version")) {
    throw new Error(
      "Cannot run the specs in a browser: no Chromium was found; set $CHROMIUM to the path of one, or install it with `npx playwright-core install chromium` or your system's packages",
    );
  }
  console.log("Installing Debian's package chromium, since no browser was found…");
  const aptGet = (...args: string[]): Buffer =>
    execFileSync("apt-get", args, {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      stdio: ["ignore", "ignore", "inherit"],
    });
  aptGet("update");
  aptGet("install", "-y", "--no-install-recommends", "chromium");
}

export function locateChromium(): string {
  const found = find();
  if (found) return found;
  install();
  const installed = find();
  if (!installed) throw new Error("Cannot run the specs in a browser: Chromium was installed, but is not on the path");
  return installed;
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: locateChromium(),
    args: [
      "--js-flags=--expose-gc",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-quic",
      "--disable-sync",
      "--no-first-run",
      // Chromium's sandbox refuses to run as root.
      ...(isRoot ? ["--no-sandbox"] : []),
    ],
  });
}
