using System.IO.Compression;

namespace GeneratedEncoder.Package.Tests;

/// <summary>The same sources give the same packages, byte for byte, wherever they were built and by whichever process.</summary>
public sealed class ReproducibilityTests : IDisposable
{
    private const string PropertiesName = "package/services/metadata/core-properties/nuget.psmdcp";

    private static readonly string[] Packages = ["GeneratedEncoder", "GeneratedEncoder.Text"];

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("reproducibility ");

    [Fact]
    public void Two_builds_in_different_folders_give_the_same_packages()
    {
        string first = Build("here"), second = Build("in another folder/with a longer name");

        foreach (string package in Packages)
        {
            string name = Path.GetFileName(Assert.Single(Directory.GetFiles(first, package + ".?.*.nupkg")));
            AssertSameFiles(Path.Combine(first, name), Path.Combine(second, name));
        }
    }

    public void Dispose() => _root.Delete(recursive: true);

    /// <summary>Packs a copy of the sources.</summary>
    /// <returns>The folder of the packages.</returns>
    private string Build(string name)
    {
        DirectoryInfo copy = _root.CreateSubdirectory(name);
        // Not .git, which is a file in a worktree and would give a copy the commit that the worktree has at the time.
        foreach (FileInfo file in new DirectoryInfo(Repository.Root).GetFiles().Where(file => file.Extension is not (".sln" or ".git")))
        {
            file.CopyTo(Path.Combine(copy.FullName, file.Name));
        }

        foreach (string folder in new[] { "generator", "runtime" })
        {
            CopySources(new DirectoryInfo(Path.Combine(Repository.Root, folder)), copy.CreateSubdirectory(folder));
        }

        foreach (string package in Packages)
        {
            // Each in a compiler of its own, where nothing is left of the build before.
            UserFolder.Dotnet(copy.FullName, "pack", "runtime/" + package, "-c", "Release", "-o", "feed", "-nodeReuse:false", "-p:UseSharedCompilation=false")
                .AssertNoWarning();
        }

        return Path.Combine(copy.FullName, "feed");
    }

    private static void CopySources(DirectoryInfo from, DirectoryInfo to)
    {
        foreach (FileInfo file in from.GetFiles())
        {
            file.CopyTo(Path.Combine(to.FullName, file.Name));
        }

        foreach (DirectoryInfo folder in from.GetDirectories().Where(folder => folder.Name is not ("bin" or "obj")))
        {
            CopySources(folder, to.CreateSubdirectory(folder.Name));
        }
    }

    private static void AssertSameFiles(string first, string second)
    {
        using ZipArchive one = ZipFile.OpenRead(first), other = ZipFile.OpenRead(second);
        Assert.Equal(one.Entries.Select(EntryName), other.Entries.Select(EntryName));
        Assert.Empty(one.Entries.Zip(other.Entries, (entry, its) => PackageFile.Content(entry).SequenceEqual(PackageFile.Content(its)) ? null : entry.FullName).OfType<string>());

        // SDKs before 10.0.400 give every file the time at which it was packed, and one of them a random name.
        if (!IsOfOlderSdk(one))
        {
            Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
        }
    }

    private static bool IsOfOlderSdk(ZipArchive package) => package.GetEntry(PropertiesName) is null;

    private static string EntryName(ZipArchiveEntry entry) => entry.FullName.EndsWith(".psmdcp", StringComparison.Ordinal) ? PropertiesName : entry.FullName;
}
