import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as core from "./aiodag.ts";
import type * as fixture from "./fixtures/decorators/standard.ts";
import { deferred } from "./support/deferred.ts";
import { turn } from "./support/turn.ts";

const { Task, task } = core;

const test = suite("decorators");

/** What standard.ts and legacy.ts were compiled to before the run: see lower.ts beside them. */
const load = async (name: string): Promise<typeof fixture> =>
  (await import(new URL(`./fixtures/decorators/out/${name}.js`, import.meta.url).href)) as typeof fixture;

for (const name of ["standard.typescript", "standard.esbuild", "legacy.typescript", "legacy.esbuild"]) {
  const { define, secret, wrong } = await load(name);
  const isStandard = name.startsWith("standard");

  test(`${name}: a decorated method gives a handle, starts later, and has its own this`, async () => {
    const log: string[] = [];
    const { Service } = define(core, log, new AbortController().signal);
    const handle = new Service("base").load(1, "a", "b");
    assert.instance(handle, Task);
    assert.equal(log, []);
    assert.is(await handle, "base 1 a b");
    assert.equal(log, ["load 1"]);
  });

  test(`${name}: a decorated method takes handles and other thenables`, async () => {
    const { Service } = define(core, [], new AbortController().signal);
    const id = task(() => 7)();
    assert.is(await new Service("base").load(id as never, Promise.resolve("a") as never), "base 7 a");
    const reason = new Error("no id");
    const failed = new Service("base").load(Promise.reject(reason) as never);
    assert.is(await failed.catch((error: unknown) => error), reason);
  });

  test(`${name}: a decorated method keeps its name and stays a method`, () => {
    const { Service } = define(core, [], new AbortController().signal);
    const own = Object.getOwnPropertyDescriptor(Service.prototype, "load")!;
    assert.equal(
      [(own.value as () => void).name, own.writable, own.enumerable, own.configurable],
      ["load", true, false, true],
    );
    const shared = Object.getOwnPropertyDescriptor(Service, "create")!;
    assert.equal(
      [(shared.value as () => void).name, shared.writable, shared.enumerable, shared.configurable],
      ["create", true, false, true],
    );
    assert.equal(Object.keys(new Service("base")), ["base", "typed"]);
  });

  test(`${name}: a static method is a task with the class as this`, async () => {
    const { Service, Derived } = define(core, [], new AbortController().signal);
    const handle = Service.create("base");
    assert.instance(handle, Task);
    assert.instance(await handle, Service);
    assert.instance(await Derived.create("base"), Derived);
  });

  test(`${name}: a method that a symbol names is a task`, async () => {
    const { Service } = define(core, [], new AbortController().signal);
    const handle = new Service("base")[secret as typeof fixture.secret]();
    assert.instance(handle, Task);
    assert.is(await handle, "by symbol");
  });

  test(`${name}: a method that overrides a decorated one can call it`, async () => {
    const { Derived } = define(core, [], new AbortController().signal);
    assert.is(await new Derived("base").load(1), "derived base 1");
  });

  test(`${name}: settled holds for a method`, async () => {
    const { Service } = define(core, [], new AbortController().signal);
    const service = new Service("base");
    const reason = new Error("no value");
    assert.equal(await service.outcome(1), { status: "fulfilled", value: 1 });
    assert.equal(await service.outcome(Promise.reject(reason)), { status: "rejected", reason });
  });

  test(`${name}: signal holds for a method, and its body can ask for its own`, async () => {
    const controller = new AbortController();
    const { Service } = define(core, [], controller.signal);
    const running = new Service("base").forever();
    await turn();
    const reason = new Error("enough");
    controller.abort(reason);
    const late = new Service("other").forever();
    assert.is((running as unknown as core.Task<never>).reason, reason);
    assert.is((late as unknown as core.Task<never>).reason, reason);
  });

  test(`${name}: all methods of one decorator share its limit, static ones and those of other instances too`, async () => {
    const log: string[] = [];
    const { Service } = define(core, log, new AbortController().signal);
    const gate = deferred();
    const all = [new Service("a").first(gate), Service.second(), new Service("b").third()];
    await turn();
    assert.equal(log, ["first started"]);
    gate.resolve();
    await Promise.all(all);
    assert.equal(log, ["first started", "first ends", "second started", "third started"]);
  });

  test(`${name}: two decorators on one method add up`, async () => {
    const { Service } = define(core, [], new AbortController().signal);
    const reason = new Error("no value");
    assert.equal(await new Service("base").twice(Promise.reject(reason)), { status: "rejected", reason });
  });

  test(`${name}: a field holds the typed form`, async () => {
    const { Service } = define(core, [], new AbortController().signal);
    assert.is(await new Service("base").typed(Promise.resolve(1)), "base 1");
  });

  for (const [member, declare] of Object.entries(wrong(core))) {
    if (!isStandard && /^[A-Z]/.test(member)) {
      // The compiler refuses it; to what a legacy decorator is told, a class is a function like any other.
      test(`${name}: a decorated class can be neither constructed nor called: ${member}`, async () => {
        const Class = declare() as (new () => unknown) & (() => Promise<unknown>);
        assert.throws(() => new Class(), (error: unknown) => error instanceof TypeError);
        const reason: unknown = await Class().then(
          () => undefined,
          (error: unknown) => error,
        );
        assert.instance(reason, TypeError);
      });
      continue;
    }
    test(`${name}: what is no method cannot be decorated: ${member}`, () => {
      assert.throws(declare, (error: unknown) => {
        assert.instance(error, TypeError);
        assert.is((error as Error).message, `Cannot decorate ${member} as a task: expected a method`);
        return true;
      });
    });
  }

  if (!isStandard) continue;

  test(`${name}: private methods are tasks, static ones too`, async () => {
    const { Service } = define(core, [], new AbortController().signal);
    const handles = [new Service("base").reveal(task(() => 1)() as never), Service.reveal(2)];
    for (const handle of handles) assert.instance(handle, Task);
    assert.equal(await Promise.all(handles), ["base hides 1", "all share 2"]);
  });
}

test.run();
