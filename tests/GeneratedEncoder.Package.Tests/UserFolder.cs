using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

namespace GeneratedEncoder.Package.Tests;

/// <summary>
/// A user's fresh projects outside of the repository, with nothing of ours but the packages from a local feed, and their folder of
/// packages to themselves. Made once for all tests: restored and built together, as a solution.
/// </summary>
public sealed class UserFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("generated encoder ");
    private DirectoryInfo? _links;

    public UserFolder()
    {
        foreach (string package in new[] { "GeneratedEncoder", "GeneratedEncoder.Text" })
        {
            Dotnet(Repository.Root, "pack", "runtime/" + package, "--no-build", "-c", Configuration, "-o", PathOf("feed")).AssertNoWarning();
        }

        Write("nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <packageSources><clear /><add key="local" value="feed" /></packageSources>
              <fallbackPackageFolders><clear /><add key="restored" value="{RestoredPackages()}" /></fallbackPackageFolders>
            </configuration>
            """);
        foreach ((string path, string text) in UserSources.All)
        {
            Write(path, text);
        }

        Model = MiniLmFolder.CreateModel();
        MiniLmFolder.Write(PathOf("Models/" + MiniLmFolder.Name), Model);
        Directory.CreateDirectory(PathOf("Models/" + DemonstrationModel.Name));
        foreach (string file in new[] { "config.json", "model.safetensors", "vocab.txt" })
        {
            File.Copy(Path.Combine(DemonstrationModel.Folder, file), PathOf($"Models/{DemonstrationModel.Name}/{file}"));
        }

        FirstBuild = Build("All.slnx");
    }

    /// <summary>The weights in App's model folder.</summary>
    internal Oracles.RandomModel Model { get; }

    /// <summary>The build of all projects.</summary>
    internal CommandResult FirstBuild { get; }

    /// <summary>How this test was built, and so the runtime too.</summary>
    internal static string Configuration => typeof(UserFolder).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    internal string PathOf(string path) => Path.Combine(_root.FullName, path);

    /// <summary>Builds a project, or all of them, from the sources that are there now.</summary>
    internal CommandResult Build(string project, params string[] options) =>
        Dotnet(PathOf(""), ["build", project, "-c", "Release", "-nodeReuse:false", "-p:UseSharedCompilation=false", .. options]);

    /// <summary>Runs the .NET SDK's command line as a user does in a shell of their own.</summary>
    internal static CommandResult Dotnet(string folder, params string[] arguments) => Run("dotnet", folder, arguments);

    /// <summary>Runs a program without what `dotnet test` sets for itself.</summary>
    internal static CommandResult Run(string program, string folder, params string[] arguments) => Run(program, folder, new Dictionary<string, string>(), arguments);

    /// <summary>Runs a program without what `dotnet test` sets for itself, and with these variables in its environment.</summary>
    internal static CommandResult Run(string program, string folder, IReadOnlyDictionary<string, string> variables, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string variable in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(variable);
        }

        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new CommandResult(process.ExitCode, output + errors.Result);
    }

    public void Dispose()
    {
        _links?.Delete(recursive: true);
        _root.Delete(recursive: true);
    }

    /// <summary>Writes a file, its folders too.</summary>
    internal void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllText(PathOf(path), text);
    }

    /// <summary>
    /// The folder of packages that this repository was restored with, which has what else the projects need. Where somebody restored ours there too, which would be
    /// tested instead of what was just built, a folder of links to all others.
    /// </summary>
    private string RestoredPackages()
    {
        string restored = Metadata("NuGetPackageRoot");
        if (!Directory.EnumerateDirectories(restored, "generatedencoder*").Any())
        {
            return restored;
        }

        _links = Directory.CreateTempSubdirectory("packages-");
        foreach (string package in Directory.EnumerateDirectories(restored).Where(folder => !Path.GetFileName(folder).StartsWith("generatedencoder", StringComparison.Ordinal)))
        {
            Directory.CreateSymbolicLink(Path.Combine(_links.FullName, Path.GetFileName(package)), package);
        }

        return _links.FullName;
    }

    private static string Metadata(string key) =>
        typeof(UserFolder).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!;
}

/// <summary>All tests that need the user's projects, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class UserFolderCollection : ICollectionFixture<UserFolder>
{
    public const string Name = "the user's folder";
}

/// <summary>How a command ended, and all that it wrote.</summary>
internal sealed partial record CommandResult(int ExitCode, string Output)
{
    public void AssertSuccess() => Assert.True(ExitCode == 0, Output);

    public void AssertNoWarning()
    {
        AssertSuccess();
        Assert.DoesNotMatch(Warning(), Output);
    }

    [GeneratedRegex("warning [A-Z]+[0-9]+")]
    private static partial Regex Warning();
}
