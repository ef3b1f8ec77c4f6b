"""C# as people write it: features, calls, tests of every shape, errors that say where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.models import (
    Case,
    Comparator,
    Form,
    Language,
    Limits,
    Response,
    Result,
    Signature,
    Task,
    TestKind,
    Trust,
    UnitStyle,
    Verdict,
)

if TYPE_CHECKING:
    from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.engine


def evaluate(sandbox: Sandbox, source: str, form: Form = Form.FULL, **keys: Any) -> Result:
    task = Task(task_id="cs", language=Language.CSHARP, prompt="", **keys)
    response = Response(response_id="r", task_id="cs", model="m", text=source, form=form)
    return sandbox.evaluate(task, response)


def run(sandbox: Sandbox, source: str, stdin: str = "", **keys: Any) -> Result:
    case = Case(name="run", stdin=stdin, expected="")
    return evaluate(
        sandbox, source, kind=TestKind.STDIO, cases=(case,), comparator=Comparator(kind="lines"),
        **keys,
    )  # fmt: skip


def printed(sandbox: Sandbox, source: str, stdin: str = "", **keys: Any) -> str:
    result = run(sandbox, source, stdin, **keys)
    assert result.verdict in (Verdict.PASSED, Verdict.FAILED), result.message
    return result.cases[0].actual


def call(sandbox: Sandbox, source: str, *args: Any, types: str = "", returns: str) -> Any:
    """What a call of F gives back, as it is shown; the case is made to fail."""
    signature = Signature(params=tuple(one for one in types.split(" | ") if one), returns=returns)
    case = Case(name="call", args=args, expected="never this")
    result = evaluate(
        sandbox, source, kind=TestKind.CALL, entry_point="F", signature=signature, cases=(case,)
    )
    assert result.verdict is Verdict.FAILED, result
    assert result.trust is Trust.ISOLATED
    return result.cases[0].actual


def facts(sandbox: Sandbox, source: str, tests: str) -> Result:
    return evaluate(
        sandbox, source, kind=TestKind.UNIT, unit_style=UnitStyle.FACTS, tests=tests
    )  # fmt: skip


def verdicts(result: Result) -> dict[str, str]:
    return {case.name: case.verdict.value for case in result.cases}


# -- programs ---------------------------------------------------------------------------------


def test_todays_language_is_understood(sandbox: Sandbox) -> None:
    source = '''
using System.Numerics;
using System.Runtime.CompilerServices;

List<Shape> shapes = [new Circle(1), new Square(2) { Name = "box" }, .. new Shape[] { new Square(3) }];
foreach (var shape in shapes) Console.WriteLine(Describe(shape));
Console.WriteLine(Sum([1.5, 2.5]));
Console.WriteLine($$"""{"n": {{shapes.Count}}}""");
var (left, right) = ("a", "b");
(left, right) = (right, left);
Console.WriteLine(left + right + shapes[^1].Area);
await foreach (int n in Numbers()) Console.Write(n);
Console.WriteLine(Rest());

static string Describe(Shape shape) => shape switch
{
    Circle { Radius: > 0 and < 2 } => "small circle",
    Square(var side) when side > 2 => $"big square {side}",
    { Name: "box" } => "box",
    _ => "?",
};

static int Rest() { Span<int> some = stackalloc int[] { 1, 2, 3 }; return some[1..].Length; }

static T Sum<T>(IEnumerable<T> values) where T : INumber<T> => values.Aggregate(T.Zero, (a, b) => a + b);

static async IAsyncEnumerable<int> Numbers()
{
    for (int i = 0; i < 3; i++) { await Task.Yield(); yield return i; }
}

abstract record Shape { public string? Name { get; init; } public abstract double Area { get; } }
record Circle(double Radius) : Shape { public override double Area => Math.PI * Radius * Radius; }
record Square(int Side) : Shape { public override double Area => Side * Side; }
class Counter(int start) { public int Next() => ++start; }
file static class Hidden { [MethodImpl(MethodImplOptions.NoInlining)] public static unsafe int Size() => sizeof(int); }
'''  # noqa: E501
    assert printed(sandbox, source).split("\n") == [
        "small circle", "box", "big square 3", "4", '{"n": 3}', "ba9", "0122", "",
    ]  # fmt: skip


def test_namespaces_given_unasked_are_in_nobodys_way(sandbox: Sandbox) -> None:
    source = """
using System;
using System.Timers;
class Program
{
    static void Main() => Console.WriteLine(typeof(Timer).Namespace);
}
"""
    assert printed(sandbox, source) == "System.Timers\n"


def test_a_main_with_arguments_and_an_exit_code(sandbox: Sandbox) -> None:
    source = """
class Program
{
    static async Task<int> Main(string[] args)
    {
        await Task.Delay(1);
        Console.WriteLine(args.Length + args[0]);
        return args.Length;
    }
}
"""
    result = evaluate(
        sandbox, source, kind=TestKind.STDIO,
        cases=(Case(name="one", argv=("a b",), expected="1a b\n"),),
    )  # fmt: skip
    assert (result.verdict, result.message) == (Verdict.RUNTIME_ERROR, "exit code 1")


def test_cultures_are_there_and_the_default_is_neutral(sandbox: Sandbox) -> None:
    source = """
using System.Globalization;
Console.WriteLine($"{1234.5:N1} {CultureInfo.CurrentCulture.Name}.");
Console.WriteLine(1234.5.ToString("C", new CultureInfo("de-DE")));
Console.WriteLine(string.Join(",", new[] { "b", "A", "a", "B" }.OrderBy(one => one)));
Console.WriteLine("é".Normalize(System.Text.NormalizationForm.FormD).Length);
Console.WriteLine(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin").BaseUtcOffset.Hours);
"""
    lines = printed(sandbox, source).split("\n")
    assert lines[0] == "1,234.5 ."
    assert lines[1].replace("\xa0", " ") == "1.234,50 €"
    assert lines[2:5] == ["a,A,b,B", "2", "1"]


def test_other_sources_of_the_task_are_compiled_with_the_response(sandbox: Sandbox) -> None:
    files = {
        "Store.cs": "public class Store { public int Size => File.ReadAllText("
        '"data.txt").Length; }',
        "data.txt": "12345",
    }
    assert printed(sandbox, "Console.WriteLine(new Store().Size);", files=files) == "5\n"


# -- errors -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("int x = 1;\nint y = x.Foo();\n", "2:11: error CS1061:"),
        ("Console.WriteLine(1)\n", "1:21: error CS1002: ; expected"),
        ('#line 90 "other.cs"\nint x = nothing;\n', "2:9: error CS0103:"),
        ("class A { }\n", "error CS5001:"),
        ("using Newtonsoft.Json;\nreturn;\n", "1:7: error CS0246:"),
    ],
)  # fmt: skip
def test_a_compile_error_says_where(sandbox: Sandbox, source: str, wanted: str) -> None:
    result = run(sandbox, source)
    assert result.verdict is Verdict.BUILD_FAILED
    assert result.build_log.startswith(wanted)


def test_only_so_many_errors_are_told(sandbox: Sandbox) -> None:
    result = run(sandbox, "\n".join(f"int x{n} = nothing{n};" for n in range(50)))
    assert result.build_log.count("error CS0103") == 20
    assert result.build_log.endswith("… and 30 more errors")


def test_a_crash_says_what_and_in_which_line(sandbox: Sandbox) -> None:
    result = run(sandbox, 'int[] a = [1];\n\nConsole.WriteLine(a[int.Parse("x")]);\n')
    assert result.verdict is Verdict.RUNTIME_ERROR
    assert "System.FormatException" in result.message
    assert "main.cs:line 3" in result.message


def test_a_compiler_that_gives_up_is_replaced(sandbox: Sandbox) -> None:
    doubled = "\n".join(f"const string S{n} = S{n - 1} + S{n - 1};" for n in range(1, 40))
    bomb = f'class A {{ const string S0 = "{"x" * 64}";\n{doubled}\nstatic void Main() {{ }} }}'
    limits = Limits(build_cpu_s=10, build_wall_s=40)
    assert run(sandbox, bomb, limits=limits).verdict is Verdict.BUILD_FAILED
    assert printed(sandbox, "Console.WriteLine(2);") == "2\n"


def test_a_call_that_throws_names_the_exception_and_its_line(sandbox: Sandbox) -> None:
    source = "public class A\n{\n    public static int F(int n) =>\n        10 / n;\n}\n"
    case = Case(name="zero", args=(0,), expected=1)
    raising = Case(name="raises", args=(0,), raises="DivideByZeroException")
    base = Case(name="base", args=(0,), raises="ArithmeticException")
    result = evaluate(
        sandbox, source, kind=TestKind.CALL, entry_point="F", cases=(case, raising, base),
        signature=Signature(params=("int",), returns="int"),
    )  # fmt: skip
    assert verdicts(result) == {"zero": "runtime_error", "raises": "passed", "base": "passed"}
    assert "System.DivideByZeroException" in result.message
    assert "line 4" in result.message


# -- calls ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("types", "value"),
    [
        ("int", 3),
        ("long", -9007199254740991),
        ("long", {"$int": "9223372036854775807"}),
        ("ulong", {"$int": "18446744073709551615"}),
        ("BigInteger", {"$int": "1" + "0" * 40}),
        ("double", 0.1),
        ("double", {"$float": "nan"}),
        ("double", {"$float": "-0"}),
        ("decimal", 1.25),
        ("bool", True),
        ("char", "é"),
        ("string", 'line\n"quoted" \u0000 😀'),
        ("string", None),
        ("int?", None),
        ("int?[]", [1, None]),
        ("int[]", [1, 2]),
        ("int[][]", [[1], []]),
        ("int[,]", [[1, 2], [3, 4]]),
        ("List<List<string>>", [["a"], []]),
        ("IReadOnlyList<int>", [1]),
        ("IEnumerable<char>", ["a"]),
        ("(int, string)", {"$tuple": [1, "a"]}),
        ("Tuple<int, bool>", {"$tuple": [1, False]}),
        ("(int, int, int, int, int, int, int, int, int)", {"$tuple": [1, 2, 3, 4, 5, 6, 7, 8, 9]}),
        ("Dictionary<string, int>", {"a": 1}),
        ("SortedDictionary<int, string>", {"$dict": [[1, "a"], [2, "b"]]}),
        ("IDictionary<char, bool>", {"a": True}),
        ("HashSet<int>", {"$set": [1, 2]}),
        ("Queue<int>", [1, 2]),
        ("LinkedList<int>", [1, 2]),
        ("Stack<int>", [2, 1]),
        ("DayOfWeek", "Monday"),
        ("DateOnly", "2024-02-29"),
        ("Point", {"X": 1, "Y": 2}),
        ("Point[]", [{"X": 1, "Y": 2}]),
        ("Node", {"Value": 1, "Next": {"Value": 2, "Next": None}}),
    ],
)  # fmt: skip
def test_a_value_comes_back_as_it_went(sandbox: Sandbox, types: str, value: Any) -> None:
    source = f"""
using System.Numerics;
public record Point(int X, int Y);
public class Node {{ public int Value; public Node Next; }}
public static class A {{ public static {types} F({types} one) => one; }}
"""
    wanted = value if types != "Stack<int>" else [1, 2]
    result = evaluate(
        sandbox, source, kind=TestKind.CALL, entry_point="F",
        signature=Signature(params=(types,), returns=types),
        cases=(Case(name="same", args=(value,), expected=wanted),),
    )  # fmt: skip
    assert result.verdict is Verdict.PASSED, result.cases or result.message


@pytest.mark.parametrize(
    "source",
    [
        "public static class A { public static int F(int n) => n + 1; }",
        "public class A { public int F(int n) { return n + 1; } }",
        "class A { private static int F(int n) => n + 1; }",
        "namespace N { class Outer { public class A { internal int F(long n) => (int)n + 1; } } }",
        (
            "namespace N;\npublic class A { public static async Task<int> F(int n) { "
            "await Task.Delay(1); return n + 1; } }"
        ),
        "public static int F(int n)\n{\n    return G(n);\n}\nprivate static int G(int n) => n + 1;",
        "using System;\n\nint F(int n) => n + 1;\n",
        "int F(int n) => n + 1;\nConsole.WriteLine(F(4));\nclass Other { }",
        (
            "public class A { public static T F<T>(T n) where T : System.Numerics.INumber<T> "
            "=> n + T.One; }"
        ),
        (
            "public class A { public static int F(string s) => 0; "
            "public static int F(int a, int b) => 0; public static int F(int n) => n + 1; }"
        ),
        "public class A { public static int F(int n, int by = 1) => n + by; }",
        "public class A { public static ValueTask<int> F(int? n) => new(n.Value + 1); }",
    ],
)
def test_a_method_is_found_wherever_it_is(sandbox: Sandbox, source: str) -> None:
    assert call(sandbox, source, 3, types="int", returns="int") == "4"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("class A { }", "defines no method F"),
        (
            "class A { static int F(string a, int b) => 0; }",
            "no method F can be called with (Int32); there is F(String, Int32)",
        ),
        ("class A(int n) { int F(int m) => n; }", "A has no constructor without parameters"),
        ("class A { static Missing F(int n) => null; }", "CS0246"),
    ],
)
def test_a_method_that_cannot_be_called_is_a_failed_build(
    sandbox: Sandbox, source: str, said: str
) -> None:
    result = evaluate(
        sandbox, source, kind=TestKind.CALL, entry_point="F",
        signature=Signature(params=("int",), returns="int"),
        cases=(Case(name="one", args=(1,), expected=1),),
    )  # fmt: skip
    assert result.verdict is Verdict.BUILD_FAILED
    assert said in result.message


def test_arguments_may_be_named_and_a_signature_left_out(sandbox: Sandbox) -> None:
    source = """
public static class A
{
    public static int F(int only) => 0;
    public static string F(string word, int[] counts, bool loud = false) =>
        word + counts.Sum() + loud;
}
"""
    cases = (
        Case(name="named", args=("a",), kwargs={"counts": [1, 2]}, expected="a3False"),
        Case(name="all", args=("b", [4]), kwargs={"loud": True}, expected="b4True"),
        Case(name="one", args=(1,), expected=0),
    )
    result = evaluate(sandbox, source, kind=TestKind.CALL, entry_point="F", cases=cases)
    assert result.verdict is Verdict.PASSED, result


def test_what_a_method_changes_in_place_is_its_value_if_it_returns_nothing(
    sandbox: Sandbox,
) -> None:
    source = "public static class A { public static void F(int[] a) => Array.Sort(a); }"
    assert call(sandbox, source, [3, 1, 2], types="int[]", returns="void") == "[1, 2, 3]"


def test_cases_do_not_inherit_statics_heaps_or_threads(sandbox: Sandbox) -> None:
    source = """
public static class A
{
    static readonly List<byte[]> kept = new();
    public static int F(int n)
    {
        new Thread(() => { while (true) Thread.Sleep(10); }) { IsBackground = true }.Start();
        for (int i = 0; i < 12; i++) kept.Add(Enumerable.Repeat((byte)1, 16 << 20).ToArray());
        return kept.Count;
    }
}
"""
    cases = tuple(Case(name=str(n), args=(n,), expected=12) for n in range(5))
    result = evaluate(
        sandbox, source, kind=TestKind.CALL, entry_point="F", cases=cases,
        signature=Signature(params=("int",), returns="int"),
    )  # fmt: skip
    assert result.verdict is Verdict.PASSED, result


# -- tests with a Main --------------------------------------------------------------------------

PROMPT = """
using System.Collections.Generic;

namespace Answers
{
    public class Program
    {
        public static List<int> Evens(List<int> values)
        {
"""
JOINED = """
        public static void Main(string[] args)
        {
            var comparer = new CompareLogic();
            var result = comparer.Compare(Evens(new List<int> { 1, 2, 4 }), new List<int> { 2, 4 });
            if (!result.AreEqual) { throw new Exception("case 0"); }
        }
    }
}
"""
RIGHT = "            return values.FindAll(one => one % 2 == 0);\n        }\n"
WHOLE = PROMPT + RIGHT + "    }\n}\n"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (RIGHT, Form.COMPLETION),
        (WHOLE, Form.FULL),
        (f"Here it is:\n\n```csharp\n{WHOLE}```\nIt filters.", Form.CHAT),
        (WHOLE.replace("    }\n}\n", "    public static void Main() { }\n    }\n}\n"), Form.FULL),
        (
            (
                "```csharp\npublic static List<int> Evens(List<int> values)\n{\n"
                "    return values.Where(v => v % 2 == 0).ToList();\n}\n```"
            ),
            Form.CHAT,
        ),
        (WHOLE + "\nclass Helper { }\n", Form.AUTO),
    ],
)
def test_tests_that_end_the_prompts_class_take_answers_of_every_form(
    sandbox: Sandbox, text: str, form: Form
) -> None:
    result = evaluate(
        sandbox, text, form, kind=TestKind.UNIT, unit_style=UnitStyle.MAIN, entry_point="Evens",
        prefix=PROMPT, tests=JOINED,
    )  # fmt: skip
    assert result.verdict is Verdict.PASSED, result
    assert result.trust is Trust.SHARED


@pytest.mark.parametrize(
    ("body", "verdict", "said"),
    [
        ("            return values;\n        }\n", Verdict.FAILED, "case 0"),
        ("            return null;\n        }\n", Verdict.FAILED, "case 0"),
        (
            "            return new List<int> { values[9] };\n        }\n",
            Verdict.RUNTIME_ERROR,
            "ArgumentOutOfRangeException",
        ),
        ("            return nothing;\n        }\n", Verdict.BUILD_FAILED, "10:20: error CS0103"),
    ],
)
def test_a_wrong_answer_is_told_from_a_crash_and_a_typing_error(
    sandbox: Sandbox, body: str, verdict: Verdict, said: str
) -> None:
    result = evaluate(
        sandbox, body, Form.COMPLETION, kind=TestKind.UNIT, unit_style=UnitStyle.MAIN,
        entry_point="Evens", prefix=PROMPT, tests=JOINED,
    )  # fmt: skip
    assert (result.verdict, said in result.message) == (verdict, True), result.message


@pytest.mark.parametrize(
    ("tests", "verdict"),
    [
        ("Debug.Assert(A.One() == 1);", Verdict.PASSED),
        ('Debug.Assert(A.One() == 2, "one");', Verdict.FAILED),
        ("class T { static int Main() => A.One(); }", Verdict.FAILED),
        ("class T { static async Task Main() { await Task.Delay(1); } }", Verdict.PASSED),
        ("class T { static void Main() => Environment.ExitCode = A.One(); }", Verdict.FAILED),
    ],
)
def test_a_main_says_how_it_ended(sandbox: Sandbox, tests: str, verdict: Verdict) -> None:
    result = evaluate(
        sandbox, "public static class A { public static int One() => 1; }", kind=TestKind.UNIT,
        unit_style=UnitStyle.MAIN, tests=tests,
    )  # fmt: skip
    assert result.verdict is verdict, result


# -- facts --------------------------------------------------------------------------------------


def test_facts_of_every_shape_are_cases(sandbox: Sandbox) -> None:
    tests = """
using Xunit.Abstractions;

public class Shared : IDisposable { public int Uses; public void Dispose() { } }

public class Tests : IClassFixture<Shared>, IAsyncLifetime, IDisposable
{
    readonly Shared shared;
    readonly List<int> own = [];
    bool ready;

    public Tests(Shared shared, ITestOutputHelper output) { this.shared = shared; output.WriteLine("x"); }
    public async Task InitializeAsync() { await Task.Yield(); ready = true; }
    public Task DisposeAsync() => Task.CompletedTask;
    public void Dispose() { }

    [Fact] public void First() { own.Add(1); shared.Uses++; Assert.Single(own); Assert.True(ready); }
    [Fact(Skip = "for later")] public void Skipped() { own.Add(1); Assert.Single(own); Assert.Equal(1, shared.Uses); }
    [Fact(DisplayName = "has a name")] public async Task Named() { await Task.Delay(1); Assert.Equal(3, A.Add(1, 2)); }
    [Theory, InlineData(1, 2, 3), InlineData(1, 1, 3)] public void Inline(int a, long b, double sum) => Assert.Equal(sum, A.Add(a, (int)b));
    [Theory, MemberData(nameof(Rows))] public void Member(int a, int[] rest) => Assert.Equal(a, rest.Sum());
    public static IEnumerable<object[]> Rows => [[3, new[] { 1, 2 }]];
    [Theory, MemberData(nameof(Typed), 2)] public void Method(string text, int? n) => Assert.Equal(n, text?.Length);
    public static TheoryData<string, int?> Typed(int n) => new() { { new string('x', n), n }, { null, null } };
    [Theory, InlineData("a", "b"), InlineData] public void Many(params string[] all) => Assert.True(all.Length is 2 or 0);
    [Theory, InlineData(DayOfWeek.Monday)] public void Enums(DayOfWeek day) => Assert.Equal(1, (int)day);
    [Fact] public void Throws() => A.Add(int.MaxValue, 1);
    [Fact] public static void Static() => Assert.NotNull(new A());
    public void NoTest() => Assert.Fail();
    public class Nested { [Fact] public void Inner() => Assert.Contains("b", "abc"); }
}
"""  # noqa: E501
    source = "public class A { public static int Add(int a, int b) => checked(a + b); }"
    found = verdicts(facts(sandbox, source, tests))
    assert found == {
        "First": "passed", "Skipped": "passed", "has a name": "passed",
        "Inline(1, 2, 3)": "passed", "Inline(1, 1, 3)": "failed", "Member(3, [1, 2])": "passed",
        'Method("xx", 2)': "passed", "Method(null, null)": "passed", 'Many("a", "b")': "passed",
        "Many()": "passed", "Enums(Monday)": "passed", "Throws": "runtime_error",
        "Static": "passed", "Inner": "passed",
    }  # fmt: skip


HOLDS = """
Assert.Equal(new[] { 1, 2 }, new List<int> { 1, 2 });
Assert.Equal([1, 2], Enumerable.Range(1, 2));
Assert.Equal(new[] { new[] { 1 } }, new List<int[]> { new[] { 1 } });
Assert.Equal(new Dictionary<string, int[]> { ["a"] = [1] }, new Dictionary<string, int[]> { ["a"] = [1] });
Assert.Equal(new HashSet<int> { 1, 2 }, new HashSet<int> { 2, 1 });
Assert.Equal(("a", 1), ("a", 1));
Assert.Equal(1.005, 1.0049, 2);
Assert.Equal(1.0, 1.2, tolerance: 0.25);
Assert.Equal(1.25m, 1.251m, 2);
Assert.Equal("A", "a", ignoreCase: true);
Assert.Equal<object>(1, 1);
Assert.NotEqual(new[] { 1 }, new[] { 2 });
Assert.Same(shared, shared);
Assert.Null((string)null);
Assert.Empty("");
Assert.NotEmpty(new[] { 1 });
Assert.Equal(2, Assert.Single(new[] { 1, 2 }, one => one > 1));
Assert.Contains(2, new[] { 1, 2 });
Assert.Contains(new[] { 1, 2 }, one => one == 2);
Assert.Equal(1, Assert.Contains("a", new Dictionary<string, int> { ["a"] = 1 }));
Assert.DoesNotContain("z", "abc");
Assert.StartsWith("a", "abc");
Assert.Matches("^a.c$", "abc");
Assert.InRange(2, 1, 3);
Assert.IsType<string>(shared);
Assert.IsAssignableFrom<IEnumerable<char>>(shared);
Assert.Equal("n", Assert.Throws<ArgumentNullException>("n", () => ArgumentNullException.ThrowIfNull((object)null, "n")).ParamName);
Assert.ThrowsAny<ArgumentException>(() => { throw new ArgumentNullException(); });
Assert.Throws<FormatException>(() => int.Parse("x"));
Assert.IsType<FormatException>(Record.Exception(() => { int.Parse("x"); }));
Assert.All(new[] { 1, 2 }, one => Assert.True(one > 0));
Assert.Collection(new[] { 1, 2 }, one => Assert.Equal(1, one), two => Assert.Equal(2, two));
Assert.Equivalent(new { A = 1, B = new[] { 2, 3 } }, new { A = 1, B = new List<int> { 3, 2 } });
Assert.Distinct(new[] { 1, 2 });
Assert.Subset(new HashSet<int> { 1, 2 }, new HashSet<int> { 1 });
Assert.Multiple(() => Assert.True(true), () => Assert.False(false));
Assert.Equal(new DateTime(2024, 1, 1), new DateTime(2024, 1, 1, 0, 0, 1), TimeSpan.FromSeconds(2));
""".strip().split("\n")  # noqa: E501
HOLDS_NOT = """
Assert.Equal(new[] { 1, 2 }, new List<int> { 1, 2, 3 });
Assert.Equal(1.005, 1.0149, 2);
Assert.Equal("A", "a");
Assert.Equal<object>(1, 1L);
Assert.Equal(new Dictionary<string, int> { ["a"] = 1 }, new Dictionary<string, int> { ["b"] = 1 });
Assert.NotEqual(new[] { 1 }, new List<int> { 1 });
Assert.Same(new object(), new object());
Assert.True(false, "said");
Assert.NotNull((object)null);
Assert.Empty(new[] { 1 });
Assert.Single(new[] { 1, 2 });
Assert.Contains(3, new[] { 1, 2 });
Assert.DoesNotContain(1, new[] { 1, 2 });
Assert.Throws<ArgumentException>(() => { throw new ArgumentNullException(); });
Assert.Throws<FormatException>(() => { });
Assert.Throws<ArgumentNullException>("m", () => { throw new ArgumentNullException("n"); });
Assert.IsType<object>(shared);
Assert.All(new[] { 1, 2 }, one => Assert.Equal(1, one));
Assert.Collection(new[] { 1 }, one => { }, two => { });
Assert.Equivalent(new { A = 1 }, new { B = 1 });
Assert.Equivalent(new[] { 1, 2 }, new[] { 1, 3 });
Assert.InRange(4, 1, 3);
Assert.Fail("said");
Assert.Distinct(new[] { 1, 1 });
""".strip().split("\n")


def test_assertions_hold_and_fail_as_their_names_say(sandbox: Sandbox) -> None:
    methods = [
        f"[Fact] public void {kind}{number}() {{ {line} }}"
        for kind, lines in (("Yes", HOLDS), ("No", HOLDS_NOT))
        for number, line in enumerate(lines)
    ]
    tests = 'public class T { string shared = "s";\n' + "\n".join(methods) + "\n}"
    result = facts(sandbox, "public class A { }", tests)
    assert verdicts(result) == {
        **{f"Yes{n}": "passed" for n in range(len(HOLDS))},
        **{f"No{n}": "failed" for n in range(len(HOLDS_NOT))},
    }, result


def test_a_failed_fact_shows_both_values_and_what_was_printed(sandbox: Sandbox) -> None:
    source = 'public class A { public static int[] F() { Console.WriteLine("here"); return [1]; } }'
    tests = "public class T { [Fact] public void Wrong() => Assert.Equal([2, 3], A.F()); }"
    (case,) = facts(sandbox, source, tests).cases
    assert (case.expected, case.actual, case.stdout) == ("[2, 3]", "[1]", "here\n")


def test_an_answer_that_repeats_the_tests_is_taken_without_them(sandbox: Sandbox) -> None:
    tests = "public class T { [Fact] public void One() => Assert.Equal(1, A.One()); }"
    source = f"using Xunit;\npublic class A {{ public static int One() => 1; }}\n{tests}"
    assert verdicts(facts(sandbox, source, tests)) == {"One": "passed"}


def test_a_member_the_tests_need_is_missed_by_place(sandbox: Sandbox) -> None:
    tests = "public class T\n{\n    [Fact] public void One() => Assert.Equal(1, A.One());\n}"
    result = facts(sandbox, "public class A { }", tests)
    assert result.verdict is Verdict.BUILD_FAILED
    assert result.build_log.startswith("tests 3:51: error CS0117")


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("new List<int> { 1 }", "new List<int> { 1 }", True),
        ("new List<int> { 1, 2 }", "new List<int> { 2, 1 }", False),
        ('new List<object> { 1, "a" }', 'new List<object> { 1, "a" }', True),
        ("new List<object> { 1 }", "new List<object> { 1L }", False),
        ("1.0", "1", False),
        ("null", "null", True),
        ("null", "new List<int>()", False),
        ("new[] { 1 }.Select(x => x)", "new[] { 1 }.Where(x => true)", True),
        ('new Dictionary<string, List<int>> { ["a"] = new() { 1 } }',
         'new Dictionary<string, List<int>> { ["a"] = new() { 1 } }', True),
        ('new Dictionary<string, int> { ["a"] = 1 }', "new Dictionary<string, int>()", False),
        ("new { A = 1, B = new[] { 2 } }", "new { A = 1, B = new[] { 2 } }", True),
        ('(1, "a")', '(1, "b")', False),
        ("double.NaN", "double.NaN", True),
        ("new HashSet<int> { 1, 2 }", "new HashSet<int> { 2, 1 }", True),
    ],
)  # fmt: skip
def test_deep_comparison(sandbox: Sandbox, left: str, right: str, same: bool) -> None:
    tests = (
        "class T { static void Main() { var result = new CompareLogic().Compare("
        f"{left}, {right}); if (result.AreEqual != {str(same).lower()}) throw new Exception("
        "result.DifferencesString); } }"
    )
    result = evaluate(
        sandbox, "public class A { }", kind=TestKind.UNIT, unit_style=UnitStyle.MAIN, tests=tests
    )  # fmt: skip
    assert result.verdict is Verdict.PASSED, result


@pytest.mark.parametrize(
    ("source", "refused"),
    [
        ("public class Assert { }", True),
        ("namespace N { class Inner { enum Fact { } } }", True),
        ("using Assert = System.Console;", True),
        ("global using Xunit = System;", True),
        ("class Generic<Assert> { }", True),
        ("static class Record { public static object Exception(Action a) => a; }", True),
        ("namespace System.Runtime.CompilerServices { internal static class IsExternalInit { } }",
         False),
        ("class Checks { public void Assert(bool holds) { } }", False),
        ("record Debug(int X);", False),
    ],
)  # fmt: skip
def test_names_that_the_tests_use_cannot_be_taken(
    sandbox: Sandbox, source: str, refused: bool
) -> None:
    tests = (
        "public class T { [Fact] public void One() => Assert.Null(Record.Exception(() => { })); }"
    )
    result = facts(sandbox, f"{source}\npublic class A {{ }}", tests)
    verdict = Verdict.BUILD_FAILED if refused else Verdict.PASSED
    assert result.verdict is verdict, result
    if refused:
        assert "which the tests use as their own" in result.message
