using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace GeneratedEncoder.Package.Tests;

/// <summary>What is in the files that would be published.</summary>
[Collection(UserFolderCollection.Name)]
public sealed class PackageFileTests(UserFolder folder)
{
    // The kind of a portable PDB's record that holds a file's text.
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    [Fact]
    public void The_package_is_whole_and_depends_on_nothing()
    {
        using ZipArchive package = PackageFile.Open(folder, "GeneratedEncoder");
        string[] files = [.. package.Entries.Select(entry => entry.FullName)];
        foreach (string file in new[]
        {
            "lib/net10.0/GeneratedEncoder.dll", "lib/net10.0/GeneratedEncoder.xml", "analyzers/dotnet/cs/GeneratedEncoder.Generator.dll",
            "analyzers/dotnet/cs/GeneratedEncoder.CodeFixes.dll",
            "tools/netstandard2.0/GeneratedEncoder.Build.dll", "buildTransitive/GeneratedEncoder.targets", "tools/PackagedModels.targets",
        })
        {
            Assert.Contains(file, files);
        }

        Assert.Empty(Elements(package, "dependency"));
    }

    [Fact]
    public void The_text_package_passes_on_all_that_the_other_one_has()
    {
        using ZipArchive package = PackageFile.Open(folder, "GeneratedEncoder.Text");

        XElement dependency = Assert.Single(Elements(package, "dependency"), element => element.Attribute("id")!.Value == "GeneratedEncoder");

        Assert.Equal("All", dependency.Attribute("include")?.Value);
        Assert.Null(dependency.Attribute("exclude"));
    }

    [Theory]
    [InlineData("GeneratedEncoder")]
    [InlineData("GeneratedEncoder.Text")]
    public void It_says_what_it_is_under_which_licence_and_from_which_sources(string id)
    {
        using ZipArchive package = PackageFile.Open(folder, id);

        Assert.Equal("MIT", Assert.Single(Elements(package, "license")).Value);
        Assert.NotNull(package.GetEntry("LICENSE"));
        Assert.NotNull(package.GetEntry(Assert.Single(Elements(package, "readme")).Value));
        Assert.NotEmpty(Assert.Single(Elements(package, "description")).Value);
        Assert.EndsWith(".git", Assert.Single(Elements(package, "repository")).Attribute("url")!.Value, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(PackageFile.Assemblies), MemberType = typeof(PackageFile))]
    public void Each_assembly_is_deterministic_and_has_its_symbols_inside(string id, string file)
    {
        using PEReader reader = PackageFile.OpenAssembly(folder, id, file);
        DebugDirectoryEntryType[] entries = [.. reader.ReadDebugDirectory().Select(entry => entry.Type)];

        Assert.Contains(DebugDirectoryEntryType.EmbeddedPortablePdb, entries);
        Assert.Contains(DebugDirectoryEntryType.Reproducible, entries);
    }

    [SkippableTheory]
    [MemberData(nameof(PackageFile.Assemblies), MemberType = typeof(PackageFile))]
    public void Each_assembly_has_all_its_sources_inside_under_names_that_tell_nothing_of_where_it_was_built(string id, string file)
    {
        Skip.If(UserFolder.Configuration == "Debug", "Debug builds name the files on this disk.");
        using PEReader reader = PackageFile.OpenAssembly(folder, id, file);
        DebugDirectoryEntry symbols = reader.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
        using MetadataReaderProvider provider = reader.ReadEmbeddedPortablePdbDebugDirectoryData(symbols);
        MetadataReader metadata = provider.GetMetadataReader();

        Assert.NotEmpty(metadata.Documents);
        foreach (DocumentHandle document in metadata.Documents)
        {
            Assert.StartsWith("/_/", metadata.GetString(metadata.GetDocument(document).Name), StringComparison.Ordinal);
            Assert.Contains(metadata.GetCustomDebugInformation(document), handle => metadata.GetGuid(metadata.GetCustomDebugInformation(handle).Kind) == EmbeddedSource);
        }
    }

    private static IEnumerable<XElement> Elements(ZipArchive package, string name)
    {
        using Stream nuspec = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return [.. XDocument.Load(nuspec).Descendants().Where(element => element.Name.LocalName == name)];
    }
}
