using System.Reflection;
using System.Text.RegularExpressions;

namespace GeneratedEncoder.Text.Tests;

/// <summary>The chapter "In a service" of runtime/README.md names a test for each sentence.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void Every_test_that_the_chapter_names_exists()
    {
        string readme = File.ReadAllText(Path.Combine(RuntimeFolder(), "README.md"));
        int start = readme.IndexOf("## In a service", StringComparison.Ordinal);
        string chapter = readme[start..readme.IndexOf("\n## ", start + 1, StringComparison.Ordinal)];
        Type[] classes = typeof(ReadmeTests).Assembly.GetTypes();
        string[] names = [.. Name().Matches(chapter).Select(match => match.Groups[1].Value).Distinct()];

        Assert.True(names.Length > 30, $"The chapter names {names.Length} tests.");
        Assert.DoesNotContain(names, name => !Exists(name.Split('.')));

        bool Exists(string[] name) => classes.FirstOrDefault(type => type.Name == name[0]) is { } type &&
            (name.Length == 1 || type.GetMethod(name[1], BindingFlags.Public | BindingFlags.Instance)?.GetCustomAttributes<FactAttribute>().Any() == true);
    }

    private static string RuntimeFolder()
    {
        DirectoryInfo? above = new(AppContext.BaseDirectory);
        while (above is not null && !File.Exists(Path.Combine(above.FullName, "GeneratedEncoder.sln")))
        {
            above = above.Parent;
        }

        return Path.Combine(above!.FullName, "runtime");
    }

    [GeneratedRegex("`([A-Za-z]+Tests(?:\\.[A-Za-z_0-9]+)?)`")]
    private static partial Regex Name();
}
