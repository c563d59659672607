using System.Diagnostics;
using System.Reflection;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Package.Tests;

/// <summary>
/// A user's fresh project outside of the repository, with nothing of ours but the package from a local feed, and its folder of
/// packages to itself. Built once for all tests.
/// </summary>
public sealed class UserProject : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("generated encoder ");

    public UserProject()
    {
        Dotnet(Repository.Root, "pack", "runtime/GeneratedEncoder", "--no-build", "-c", Configuration, "-o", PathOf("feed")).AssertSuccess();
        Write("nuget.config", """
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <packageSources><clear /><add key="local" value="feed" /></packageSources>
            </configuration>
            """);
        Write("App/App.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <AnalysisMode>All</AnalysisMode>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="GeneratedEncoder" Version="*" />
                <EncoderModel Include="../Models/all-MiniLM-L6-v2" />
              </ItemGroup>
            </Project>
            """);
        Write("App/Program.cs", """
            using System.Globalization;
            using GeneratedEncoder;

            using MiniLm encoder = MiniLm.Load();
            float[] embedding = new float[MiniLm.HiddenSize];
            encoder.Embed(Array.ConvertAll(args, id => int.Parse(id, CultureInfo.InvariantCulture)), embedding);
            Console.WriteLine(MiniLm.MaxTokens);
            Console.WriteLine(string.Join(' ', embedding.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));

            [TransformerEncoder("all-MiniLM-L6-v2")]
            internal sealed partial class MiniLm;
            """);
        Model = MiniLmFolder.CreateModel();
        MiniLmFolder.Write(PathOf("Models/" + MiniLmFolder.Name), Model);
        FirstBuild = Build();
    }

    /// <summary>The weights in its model folder.</summary>
    internal RandomModel Model { get; }

    internal CommandResult FirstBuild { get; }

    /// <summary>How this test was built, and so the runtime too.</summary>
    private static string Configuration => typeof(UserProject).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    internal string PathOf(string path) => Path.Combine(_root.FullName, path);

    internal CommandResult Build() => Dotnet(PathOf("App"), "build", "-c", "Release", "-nodeReuse:false", "-p:UseSharedCompilation=false");

    /// <summary>Runs the .NET SDK's command line as a user does in a shell of their own.</summary>
    internal static CommandResult Dotnet(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string variable in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            // What `dotnet test` sets for itself.
            start.Environment.Remove(variable);
        }

        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new CommandResult(process.ExitCode, output + errors.Result);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllText(PathOf(path), text);
    }
}

/// <summary>How a command ended, and all that it wrote.</summary>
internal sealed record CommandResult(int ExitCode, string Output)
{
    public void AssertSuccess() => Assert.True(ExitCode == 0, Output);
}
