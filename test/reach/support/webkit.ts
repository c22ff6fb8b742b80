// WebKitGTK's small browser, driven through WebKitWebDriver.
import type { ChildProcess } from "node:child_process";
import { eventually, freePort, start } from "./ground.ts";
import { locateSystem } from "./system.ts";

export interface WebKit {
  version: string;
  open(url: string): Promise<void>;
  /** Runs the body of a function in the page, and gives back what it returns. */
  evaluate(body: string, seconds?: number): Promise<unknown>;
  close(): Promise<void>;
}

/** xvfb-run starts a display and a driver: all of them go, as one group. */
function end(child: ChildProcess): void {
  try {
    process.kill(-child.pid!, "SIGTERM");
  } catch {
    // It has gone by itself.
  }
}

export async function openWebKit(env: Record<string, string> = {}): Promise<WebKit> {
  const binary = locateSystem("miniBrowser");
  const port = await freePort();
  const driver = start(locateSystem("xvfb"), ["-a", locateSystem("webkitDriver"), `--port=${port}`], {
    env: { ...env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" },
    group: true,
  });
  const leave = (): void => end(driver);
  process.once("exit", leave);

  const call = async <T>(method: string, path: string, body?: object, seconds = 60): Promise<T> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(seconds * 1000),
    });
    const { value } = (await response.json()) as { value: T & { error?: string; message?: string } };
    if (!response.ok) throw new Error(`${value.error ?? ""}: ${value.message ?? ""}`);
    return value;
  };

  await eventually(() => call("GET", "/status"), "WebKitWebDriver did not start", 30);
  const browserOptions = { binary, args: ["--automation"] };
  const session = await call<{ sessionId: string; capabilities: { browserVersion: string } }>("POST", "/session", {
    capabilities: { alwaysMatch: { "webkitgtk:browserOptions": browserOptions } },
  });
  const path = `/session/${session.sessionId}`;
  return {
    version: session.capabilities.browserVersion,
    open: (url) => call("POST", `${path}/url`, { url }),
    evaluate: (body, seconds) => call("POST", `${path}/execute/sync`, { script: body, args: [] }, seconds),
    async close() {
      await call("DELETE", path, undefined, 5).catch(() => {});
      process.off("exit", leave);
      end(driver);
    },
  };
}
