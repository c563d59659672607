using System.IO.Compression;
using GeneratedEncoder.Generator.Tests.Hub;

namespace GeneratedEncoder.Package.Tests;

/// <summary>What a user of a model's id gets: a build that downloads it, and builds and programs that need no network.</summary>
[Collection(UserFolderCollection.Name)]
public sealed class HubModelTests(UserFolder folder)
{
    private const string Output = "Hub/bin/Release/net10.0/";

    [Fact]
    public void A_model_is_downloaded_once_and_then_nothing_needs_a_network()
    {
        string[] files = ["config.json", "model.safetensors", "vocab.txt"];
        using HubServer server = new();
        server.Commits[UserSources.HubCommit] = files.ToDictionary(file => file, file => File.ReadAllBytes(Path.Combine(DemonstrationModel.Folder, file)))
            .Append(new("pytorch_model.bin", [1, 2, 3])).ToDictionary();

        // First the package's user has nothing.
        CommandResult first = Build(server.Address);
        first.AssertNoWarning();
        Assert.Contains($"Downloading org/tiny at {UserSources.HubCommit} from {server.Address}", first.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.PathOf("Hub/encoder-models.lock.json")));
        Assert.Equal(files, Directory.GetFiles(folder.PathOf(Output + "Models/tiny")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        AssertRuns(folder.PathOf(Output));

        // Then the Hub isn't there any more.
        server.Dispose();
        DateTime before = File.GetLastWriteTimeUtc(folder.PathOf(Output + "Hub.dll"));
        Build(server.Address).AssertNoWarning();
        Assert.Equal(before, File.GetLastWriteTimeUtc(folder.PathOf(Output + "Hub.dll")));

        // A clean checkout, with the cache and the lock.
        Directory.Delete(folder.PathOf("Hub/obj"), recursive: true);
        Directory.Delete(folder.PathOf("Hub/bin"), recursive: true);
        Build(server.Address, "HF_HUB_OFFLINE").AssertNoWarning();
        AssertRuns(folder.PathOf(Output));
        UserFolder.Run("dotnet", folder.PathOf("Hub"), Variables(server.Address), ["publish", "--no-build", "-c", "Release", "-o", folder.PathOf("hub published"), "-nodeReuse:false"]).AssertNoWarning();
        AssertRuns(folder.PathOf("hub published"));

        // A package has the files under their names, not under the cache's.
        UserFolder.Run("dotnet", folder.PathOf("Hub"), Variables(server.Address), ["pack", "--no-build", "-c", "Release", "-o", folder.PathOf("hub packed"), "-nodeReuse:false"]).AssertSuccess();
        using (ZipArchive package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(folder.PathOf("hub packed"), "*.nupkg"))))
        {
            Assert.Equal(files.Select(file => "models/tiny/" + file), package.Entries.Select(entry => entry.FullName).Where(name => name.StartsWith("models/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
            Assert.Equal(server.Commits[UserSources.HubCommit]["model.safetensors"], PackageFile.Content(package.GetEntry("models/tiny/model.safetensors")!));
        }

        // What can't be had without a network is an error with its id.
        CommandResult other = Build(server.Address, "HF_HUB_OFFLINE", "-p:ModelRevision=v2");
        Assert.NotEqual(0, other.ExitCode);
        Assert.Contains("error GE0112: HF_HUB_OFFLINE is set", other.Output, StringComparison.Ordinal);
    }

    private CommandResult Build(string endpoint, string? set = null, params string[] options)
    {
        Dictionary<string, string> variables = Variables(endpoint);
        if (set is not null)
        {
            variables[set] = "1";
        }

        return UserFolder.Run("dotnet", folder.PathOf(""), variables, ["build", "Hub", "-c", "Release", "-nodeReuse:false", "-p:UseSharedCompilation=false", .. options]);
    }

    private Dictionary<string, string> Variables(string endpoint) => new() { ["HF_ENDPOINT"] = endpoint, ["HF_HOME"] = folder.PathOf("hub cache"), ["HF_HUB_DISABLE_IMPLICIT_TOKEN"] = "1" };

    private void AssertRuns(string output)
    {
        CommandResult run = UserFolder.Dotnet(folder.PathOf(""), [Path.Combine(output, "Hub.dll"), .. DemonstrationModel.Ids]);
        run.AssertSuccess();
        DemonstrationModel.AssertEmbedding(run.Output);
    }
}
