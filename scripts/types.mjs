import { fileURLToPath } from "node:url";
import ts from "typescript";

/**
 * Turns TypeScript into the JavaScript that is in it, and keeps its comments. Whether the types hold is not looked at:
 * `npm test` does that.
 *
 * @returns {import("rollup").Plugin}
 */
export function withoutTypes() {
  const { config } = ts.readConfigFile(fileURLToPath(new URL("../tsconfig.json", import.meta.url)), ts.sys.readFile);
  const { options: compilerOptions } = ts.convertCompilerOptionsFromJson(
    // Rollup reads the imports as they are written.
    { ...config.compilerOptions, declaration: false, rewriteRelativeImportExtensions: false, sourceMap: true },
    ".",
  );
  return {
    name: "without-types",
    transform(code, id) {
      if (!id.endsWith(".ts")) return null;
      const { outputText, sourceMapText } = ts.transpileModule(code, { fileName: id, compilerOptions });
      return { code: outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, ""), map: sourceMapText };
    },
  };
}
