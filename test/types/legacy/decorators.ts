// TypeScript's experimentalDecorators: a decorated method keeps its declared type.
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

  @limited
  static async one(id: number): Promise<number> {
    return id;
  }

  @task
  then_(): PromiseLike<number> {
    return number;
  }

  @limited
  @task
  async twice(this: Users): Promise<string> {
    return this.base;
  }

  @task
  async ["computed"](): Promise<number> {
    return 1;
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

  // @ts-expect-error a getter
  @task
  get got(): Promise<number> {
    return number;
  }

  // @ts-expect-error a static field, with options
  @limited
  static other = async (): Promise<number> => 1;

  // @ts-expect-error legacy decorators cannot see #private methods
  @task
  async #secret(): Promise<number> {
    return this.#secret();
  }

  async parameter(
    // @ts-expect-error a parameter
    @task id: number,
  ): Promise<number> {
    return id;
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
expectTypeOf(users.twice).toEqualTypeOf<(this: Users) => Promise<string>>();
expectTypeOf(users.typed(number)).toEqualTypeOf<Task<string>>();
// @ts-expect-error it takes no handle
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
  static async none(): Promise<number> {
    return 1;
  }

  // @ts-expect-error it would get an outcome
  @task({ settled: true })
  async value(user: number): Promise<number> {
    return user;
  }
}
expectTypeOf(new Reports().report).toEqualTypeOf<(outcome: PromiseSettledResult<number>) => Promise<string>>();
