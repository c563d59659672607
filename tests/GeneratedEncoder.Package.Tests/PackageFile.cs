using System.IO.Compression;
using System.Reflection.PortableExecutable;

namespace GeneratedEncoder.Package.Tests;

/// <summary>The packages that would be published, and the assemblies in them.</summary>
internal static class PackageFile
{
    /// <summary>Ids of packages, and the assemblies in them.</summary>
    public static TheoryData<string, string> Assemblies { get; } = new()
    {
        { "GeneratedEncoder", "lib/net10.0/GeneratedEncoder.dll" },
        { "GeneratedEncoder", "analyzers/dotnet/cs/GeneratedEncoder.Generator.dll" },
        { "GeneratedEncoder", "analyzers/dotnet/cs/GeneratedEncoder.CodeFixes.dll" },
        { "GeneratedEncoder", "tools/netstandard2.0/GeneratedEncoder.Build.dll" },
        { "GeneratedEncoder.Text", "lib/net10.0/GeneratedEncoder.Text.dll" },
    };

    public static ZipArchive Open(UserFolder folder, string id) =>
        ZipFile.OpenRead(Assert.Single(Directory.GetFiles(folder.PathOf("feed"), id + ".?.*.nupkg")));

    public static PEReader OpenAssembly(UserFolder folder, string id, string file)
    {
        using ZipArchive package = Open(folder, id);
        return new PEReader(new MemoryStream(Content(package.GetEntry(file)!)));
    }

    public static byte[] Content(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        using MemoryStream content = new();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
