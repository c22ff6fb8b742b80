// Standard decorators: a decorated method keeps its declared type.
import { expectTypeOf } from "expect-type";
import { type Task, task } from "aiodag";

declare const number: Task<number>;
const limited = task({ concurrency: 2, name: "limited" });

class Users {
  base = "https://example.com";

  @task
  async load(id: number, ...tags: string[]): Promise<string> {
    return `${this.base}/${id}?${tags.join()}`;
  }

  @limited
  async save(id: number): Promise<void> {
    await this.load(id);
  }

  @task({ signal: AbortSignal.timeout(1) })
  async all<T extends object>(of: T): Promise<T[]> {
    return [of];
  }

  @task
  static async count(): Promise<number> {
    return 1;
  }

  @task
  async #secret(id: number): Promise<number> {
    return id;
  }

  @limited
  static async #hidden(id: number): Promise<number> {
    return id;
  }

  @task
  then_(): PromiseLike<number> {
    return number;
  }

  @task
  handle(id: number): Task<string> {
    return this.typed(id);
  }

  @limited
  @task
  async twice(this: Users): Promise<string> {
    return this.base;
  }

  @task
  async ["computed"](): Promise<number> {
    return Users.#hidden(await this.#secret(1));
  }

  typed = task(async (id: number) => `${this.base}/${id}`);

  // @ts-expect-error a sync method would be said to give a value, and gives a handle
  @task
  sync(): number {
    return 1;
  }

  // @ts-expect-error with options too
  @limited
  nothing(): void {}

  // @ts-expect-error a field
  @task
  field = async (): Promise<number> => 1;

  // @ts-expect-error an accessor
  @task
  accessor accessed = async (): Promise<number> => 1;

  // @ts-expect-error a getter
  @task
  get got(): Promise<number> {
    return number;
  }

  // @ts-expect-error a setter
  @task
  set got(value: Promise<number>) {}

  // @ts-expect-error a field, with options
  @limited
  other = async (): Promise<number> => 1;

  // @ts-expect-error options are no decorator, task(options) is
  @({ concurrency: 2 })
  async forgotten(): Promise<number> {
    return 1;
  }
}

// @ts-expect-error a class
@task
class Decorated {}

// @ts-expect-error a class, with options
@limited
class Limited {}
void [Decorated, Limited];

const users = new Users();
expectTypeOf(users.load).toEqualTypeOf<(id: number, ...tags: string[]) => Promise<string>>();
expectTypeOf(users.save(1)).toEqualTypeOf<Promise<void>>();
expectTypeOf(users.all).toEqualTypeOf<<T extends object>(of: T) => Promise<T[]>>();
expectTypeOf(Users.count()).toEqualTypeOf<Promise<number>>();
expectTypeOf(users.handle(1)).toEqualTypeOf<Task<string>>();
expectTypeOf(users.twice).toEqualTypeOf<(this: Users) => Promise<string>>();
// What it gives can be passed on,
expectTypeOf(users.typed(task((path: string) => path.length)(users.load(1)))).toEqualTypeOf<Task<string>>();
// @ts-expect-error but it takes no handle,
users.load(number);
// @ts-expect-error and has no abort: the typed form is a field
users.load(1).abort();

// A settled method has to take outcomes
class Reports {
  @task({ settled: true })
  async report(outcome: PromiseSettledResult<number>): Promise<string> {
    return outcome.status;
  }

  @task({ settled: true })
  async either(outcome: number | PromiseSettledResult<number>): Promise<string> {
    return typeof outcome;
  }

  @task({ settled: true })
  static async none(): Promise<number> {
    return 1;
  }

  @task({ settled: true })
  async any(...outcomes: unknown[]): Promise<number> {
    return outcomes.length;
  }

  // @ts-expect-error it would get an outcome
  @task({ settled: true })
  async value(user: number): Promise<number> {
    return user;
  }

  // @ts-expect-error a sync method
  @task({ settled: true })
  sync(outcome: PromiseSettledResult<number>): string {
    return outcome.status;
  }

  typed = task({ settled: true })(async (outcome: PromiseSettledResult<number>) => outcome.status);
}
expectTypeOf(new Reports().report).toEqualTypeOf<(outcome: PromiseSettledResult<number>) => Promise<string>>();
new Reports().either(1);
new Reports().typed(number);
