using System;
using System.Collections.Generic;
using Xunit;

public class TemplateTests
{
    static Dictionary<string, string> Values(params string[] pairs)
    {
        var values = new Dictionary<string, string>();
        for (int i = 0; i < pairs.Length; i += 2) values[pairs[i]] = pairs[i + 1];
        return values;
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("{a}", "1")]
    [InlineData("{a}{b}{a}", "121")]
    [InlineData("x {a} y {b} z", "x 1 y 2 z")]
    [InlineData("{{a}}", "{a}")]
    [InlineData("{{{a}}}", "{1}")]
    [InlineData("{{}}", "{}")]
    [InlineData("{{{{", "{{")]
    public void Fills_in(string text, string wanted) =>
        Assert.Equal(wanted, new Template(text).Render(Values("a", "1", "b", "2")));

    [Fact]
    public void Names_come_in_order_of_first_use()
    {
        Assert.Equal(new[] { "b", "a", "c_3" }, new Template("{b} {a} {b} {{x}} {c_3} {a}").Names);
        Assert.Empty(new Template("none").Names);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("{}")]
    [InlineData("{a")]
    [InlineData("a}")]
    [InlineData("{a b}")]
    [InlineData("{a-b}")]
    [InlineData("{a{b}")]
    [InlineData("{{a}")]
    public void Refuses_stray_braces(string text) => Assert.Throws<FormatException>(() => new Template(text));

    [Fact]
    public void Refuses_null() => Assert.Throws<ArgumentNullException>(() => new Template(null));

    [Fact]
    public void Values_are_no_templates()
    {
        var values = Values("a", "{b}", "b", "{{}}");
        Assert.Equal("{b} {{}} {b}", new Template("{a} {b} {a}").Render(values));
    }

    [Fact]
    public void A_missing_value_is_named()
    {
        var error = Assert.Throws<KeyNotFoundException>(() => new Template("{a} {who}").Render(Values("a", "1")));
        Assert.Contains("who", error.Message);
        Assert.DoesNotContain("{a}", error.Message);
    }

    [Fact]
    public void Trying_does_not_throw()
    {
        var template = new Template("{a}-{b}");
        Assert.False(template.TryRender(Values("a", "1"), out string nothing));
        Assert.Equal("", nothing);
        Assert.True(template.TryRender(Values("a", "1", "b", "2", "c", "3"), out string result));
        Assert.Equal("1-2", result);
    }

    [Fact]
    public void Can_be_rendered_again()
    {
        var template = new Template("<{a}>");
        Assert.Equal("<1>", template.Render(Values("a", "1")));
        Assert.Equal("<2>", template.Render(Values("a", "2")));
    }
}
