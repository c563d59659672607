using System.Diagnostics;
using System.Text;
using System.Text.Json;
using GeneratedEncoder.Generator.Check;
using Microsoft.Build.Utilities;

namespace GeneratedEncoder.Generator.Tests.ModelFolders;

// Links, pipes, and names that are no files' of the folder.
public sealed partial class TaskTests
{
    [Theory]
    [InlineData("vocab.txt")]
    [InlineData("config.json")]
    [InlineData("model.safetensors")]
    [InlineData("1_Pooling/config.json")]
    public async System.Threading.Tasks.Task A_pipe_is_refused_and_not_waited_for(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.Delete(PathOf(path));
        using (Process mkfifo = Process.Start("mkfifo", [PathOf(path)]))
        {
            await mkfifo.WaitForExitAsync();
        }

        // A writer that comes to the pipe's other end would end a wait: this test fails then, and doesn't hang.
        System.Threading.Tasks.Task reading = System.Threading.Tasks.Task.Run(() => AssertProblem($"{path} can't be read: '{PathOf(path)}' has no bytes: it is empty, or no ordinary file but a pipe, a socket or a device"));
        Assert.Same(reading, await System.Threading.Tasks.Task.WhenAny(reading, System.Threading.Tasks.Task.Delay(TimeSpan.FromSeconds(20))));
        await reading;
    }

    [Theory]
    [InlineData("config.json", "/dev/zero", "/dev/zero', outside of the folder")]
    [InlineData("vocab.txt", "/etc/passwd", "'vocab.txt' in '")]
    [InlineData("tokenizer.json", "../../secret", "/secret', outside of the folder, and links out of model folders are not followed")]
    [InlineData("model.safetensors", "../../secret", "/secret', outside of the folder")]
    [InlineData("1_Pooling", "../..", "1_Pooling/config.json")]
    [InlineData("vocab.txt", "vocab.txt", "leads through more than 40 links")]
    public void A_link_out_of_the_folder_is_refused(string link, string target, string message)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.WriteAllText(Path.Combine(_root.FullName, "secret"), "secret");
        File.WriteAllText(Path.Combine(_root.FullName, "config.json"), TinyFolder.Pooling);
        if (link == "1_Pooling")
        {
            Directory.Delete(PathOf(link), recursive: true);
        }

        File.Delete(PathOf(link));
        File.CreateSymbolicLink(PathOf(link), target);

        AssertProblem(message);
    }

    [Fact]
    public void A_link_to_a_device_is_refused_where_links_may_lead_anywhere()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.Delete(PathOf("config.json"));
        File.CreateSymbolicLink(PathOf("config.json"), "/dev/zero");
        TaskItem folder = Folder();
        folder.SetMetadata("LinksLeaveFolder", "true");

        SpecProblem problem = Assert.Single(TinyFolder.Complete(File.ReadAllText(Run(folder).Bundles[0].ItemSpec), Name).Problems);
        Assert.Contains("has no bytes", problem.Arguments[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Links_out_of_the_folder_are_the_users_choice(bool allowed)
    {
        File.Move(PathOf("vocab.txt"), Path.Combine(_root.FullName, "words"));
        File.CreateSymbolicLink(PathOf("vocab.txt"), Path.Combine(_root.FullName, "words"));
        TaskItem folder = Folder();
        folder.SetMetadata("LinksLeaveFolder", allowed ? "true" : "false");

        Assert.Equal(allowed ? 0 : 1, TinyFolder.Complete(File.ReadAllText(Run(folder).Bundles[0].ItemSpec), Name).Problems.Count);
    }

    /// <summary>Within the folder, through links on links, and of the folder itself.</summary>
    [Fact]
    public void Links_within_the_folder_are_followed()
    {
        Directory.CreateDirectory(PathOf("..data/2026"));
        File.Move(PathOf("config.json"), PathOf("..data/2026/config.json"));
        Directory.CreateSymbolicLink(PathOf("..now"), "..data/2026");
        File.CreateSymbolicLink(PathOf("config.json"), "..now/config.json");
        Directory.Move(PathOf(""), Path.Combine(_root.FullName, "elsewhere"));
        Directory.CreateSymbolicLink(Path.Combine(_root.FullName, "Models", Name), Path.Combine(_root.FullName, "elsewhere"));

        Assert.Empty(TinyFolder.Complete(File.ReadAllText(Run(Folder()).Bundles[0].ItemSpec), Name).Problems);
    }

    /// <summary>As the Hub's own library lays out what it downloads.</summary>
    [Theory]
    [InlineData("models--org--tiny", "blobs", 0)]
    [InlineData("models--org--tiny", "other", 1)]
    [InlineData("Models", "blobs", 1)]
    public void A_snapshot_in_the_hubs_cache_links_to_its_blobs(string repository, string blobs, int problems)
    {
        string snapshot = Path.Combine(_root.FullName, repository, "snapshots", "0123abcd");
        Directory.CreateDirectory(Path.Combine(_root.FullName, repository, blobs));
        Directory.CreateDirectory(Path.GetDirectoryName(snapshot)!);
        Directory.Move(Path.Combine(_root.FullName, "Models", Name), snapshot);
        File.Move(Path.Combine(snapshot, "model.safetensors"), Path.Combine(_root.FullName, repository, blobs, "abcdef"));
        File.CreateSymbolicLink(Path.Combine(snapshot, "model.safetensors"), Path.Combine("..", "..", blobs, "abcdef"));
        TaskItem folder = new(Path.Combine(Escaped, repository, "snapshots", "0123abcd"));
        folder.SetMetadata("ModelName", Name);

        Assert.Equal(problems, TinyFolder.Complete(File.ReadAllText(Run(folder).Bundles[0].ItemSpec), Name).Problems.Count);
    }

    [Theory]
    [InlineData("//server/share/a.safetensors")]
    [InlineData("\\\\server\\share\\a.safetensors")]
    [InlineData("C:a.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("../tiny/model.safetensors")]
    [InlineData("NUL")]
    [InlineData("a\u0000b")]
    public void A_shard_that_is_no_files_name_is_refused_unseen(string shard)
    {
        File.Delete(PathOf("model.safetensors"));
        Write("model.safetensors.index.json", Encoding.UTF8.GetBytes($"{{\"weight_map\": {{\"x\": {JsonSerializer.Serialize(shard)}}}}}"));

        AssertProblem("which is no file's name");
    }

    [Theory]
    [InlineData("//server/share")]
    [InlineData("\\\\server\\share")]
    [InlineData("..")]
    [InlineData("/etc")]
    [InlineData("C:")]
    [InlineData("")]
    public void A_modules_folder_that_is_no_path_down_is_refused_unseen(string path)
    {
        Write("modules.json", Encoding.UTF8.GetBytes(TinyFolder.Modules.Replace("\"1_Pooling\"", JsonSerializer.Serialize(path))));

        AssertProblem("is not that of a folder in it");
    }
}
