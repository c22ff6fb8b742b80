// Programs that come from the system's packages. Debian's are installed where that can be done, and it is said.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const isRoot = process.getuid?.() === 0;

function onPath(...names: string[]): string | undefined {
  for (const name of names) {
    const { stdout, status } = spawnSync("which", [name], { encoding: "utf8" });
    if (status === 0) return stdout.trim();
  }
  return undefined;
}

const own = (path: string): string | undefined => (existsSync(path) ? path : undefined);

/** Debian keeps WebKitGTK's small browser beside its library. */
function miniBrowser(): string | undefined {
  for (const lib of ["/usr/lib", "/usr/libexec"]) {
    for (const place of existsSync(lib) ? [lib, ...readdirSync(lib).map((name) => join(lib, name))] : []) {
      for (const version of ["webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0"]) {
        const path = join(place, version, "MiniBrowser");
        if (existsSync(path)) return path;
      }
    }
  }
  return undefined;
}

interface System {
  variable: string;
  /** Debian's packages of it. */
  packages: string[];
  find(): string | undefined;
}

const systems = {
  // test/runner/chromium.ts finds it, and would install it by itself.
  chromium: { variable: "CHROMIUM", packages: ["chromium"], find: () => own(chromium.executablePath()) ?? onPath("chromium", "chromium-browser", "google-chrome") },
  firefox: { variable: "FIREFOX", packages: ["firefox-esr"], find: () => onPath("firefox-esr", "firefox") },
  webkitDriver: { variable: "WEBKIT_DRIVER", packages: ["webkit2gtk-driver", "dbus"], find: () => onPath("WebKitWebDriver") },
  miniBrowser: { variable: "MINIBROWSER", packages: ["webkit2gtk-driver"], find: miniBrowser },
  xvfb: { variable: "XVFB_RUN", packages: ["xvfb", "xauth"], find: () => onPath("xvfb-run") },
} satisfies Record<string, System>;

const located = (name: keyof typeof systems): string | undefined => {
  const { variable, find } = systems[name];
  return process.env[variable] ?? find();
};

/** Installs what is missing of all that the suite needs. What cannot be had is told by the parts that need it. */
export async function prepareSystem(): Promise<void> {
  const names = Object.keys(systems) as (keyof typeof systems)[];
  const missing = [...new Set(names.filter((name) => !located(name)).flatMap((name) => systems[name].packages))];
  if (missing.length === 0 || !isRoot || !existsSync("/etc/debian_version")) return;
  console.log(`Installing Debian's packages ${missing.join(", ")}, since they were not found…`);
  const aptGet = "apt-get -o DPkg::Lock::Timeout=300";
  const child = spawn("sh", ["-c", `${aptGet} update && ${aptGet} install -y --no-install-recommends ${missing.join(" ")}`], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) console.error(`Could not install Debian's packages ${missing.join(", ")}: apt-get failed with exit code ${String(code)}`);
}

/** The path of a program; throws how to get it where it is not there. */
export function locateSystem(name: keyof typeof systems): string {
  const { variable, packages } = systems[name];
  const path = located(name);
  if (!path) {
    throw new Error(
      `Cannot run the specs there: no ${name} was found; set $${variable} to the path of one, or install what Debian calls ${packages.join(" and ")}`,
    );
  }
  return path;
}
