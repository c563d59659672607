using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace GeneratedEncoder.Package.Tests;

/// <summary>What is in the files that would be published.</summary>
[Collection(UserFolderCollection.Name)]
public sealed class PackageFileTests(UserFolder folder)
{
    [Fact]
    public void The_package_is_whole_and_depends_on_nothing()
    {
        using ZipArchive package = Open("GeneratedEncoder");
        string[] files = [.. package.Entries.Select(entry => entry.FullName)];
        foreach (string file in new[]
        {
            "lib/net10.0/GeneratedEncoder.dll", "lib/net10.0/GeneratedEncoder.xml", "analyzers/dotnet/cs/GeneratedEncoder.Generator.dll",
            "analyzers/dotnet/cs/GeneratedEncoder.CodeFixes.dll",
            "tools/netstandard2.0/GeneratedEncoder.Build.dll", "buildTransitive/GeneratedEncoder.targets",
        })
        {
            Assert.Contains(file, files);
        }

        Assert.Empty(Elements(package, "dependency"));
    }

    [Fact]
    public void The_text_package_passes_on_all_that_the_other_one_has()
    {
        using ZipArchive package = Open("GeneratedEncoder.Text");

        XElement dependency = Assert.Single(Elements(package, "dependency"), element => element.Attribute("id")!.Value == "GeneratedEncoder");

        Assert.Equal("All", dependency.Attribute("include")?.Value);
        Assert.Null(dependency.Attribute("exclude"));
    }

    [Theory]
    [InlineData("GeneratedEncoder")]
    [InlineData("GeneratedEncoder.Text")]
    public void It_says_what_it_is_under_which_licence_and_from_which_sources(string id)
    {
        using ZipArchive package = Open(id);

        Assert.Equal("MIT", Assert.Single(Elements(package, "license")).Value);
        Assert.NotNull(package.GetEntry("LICENSE"));
        Assert.NotNull(package.GetEntry(Assert.Single(Elements(package, "readme")).Value));
        Assert.NotEmpty(Assert.Single(Elements(package, "description")).Value);
        Assert.EndsWith(".git", Assert.Single(Elements(package, "repository")).Attribute("url")!.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GeneratedEncoder", "lib/net10.0/GeneratedEncoder.dll")]
    [InlineData("GeneratedEncoder", "analyzers/dotnet/cs/GeneratedEncoder.Generator.dll")]
    [InlineData("GeneratedEncoder", "analyzers/dotnet/cs/GeneratedEncoder.CodeFixes.dll")]
    [InlineData("GeneratedEncoder", "tools/netstandard2.0/GeneratedEncoder.Build.dll")]
    [InlineData("GeneratedEncoder.Text", "lib/net10.0/GeneratedEncoder.Text.dll")]
    public void Each_assembly_is_deterministic_and_has_its_symbols_inside(string id, string file)
    {
        using ZipArchive package = Open(id);
        using MemoryStream assembly = new();
        using (Stream entry = package.GetEntry(file)!.Open())
        {
            entry.CopyTo(assembly);
        }

        assembly.Position = 0;
        using PEReader reader = new(assembly);
        DebugDirectoryEntryType[] entries = [.. reader.ReadDebugDirectory().Select(entry => entry.Type)];

        Assert.Contains(DebugDirectoryEntryType.EmbeddedPortablePdb, entries);
        Assert.Contains(DebugDirectoryEntryType.Reproducible, entries);
    }

    private ZipArchive Open(string id) => ZipFile.OpenRead(Assert.Single(Directory.GetFiles(folder.PathOf("feed"), id + ".?.*.nupkg")));

    private static IEnumerable<XElement> Elements(ZipArchive package, string name)
    {
        using Stream nuspec = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return [.. XDocument.Load(nuspec).Descendants().Where(element => element.Name.LocalName == name)];
    }
}
