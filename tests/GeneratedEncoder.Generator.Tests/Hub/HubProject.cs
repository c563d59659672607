extern alias build;

using System.Collections;
using System.Text;
using build::GeneratedEncoder.Build;
using build::GeneratedEncoder.Build.Hub;
using GeneratedEncoder.Generator.Check;
using GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Generator.Tests.ModelFolders;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace GeneratedEncoder.Generator.Tests.Hub;

/// <summary>How a build's task ended, and what it said.</summary>
internal sealed record HubBuild(bool Success, ReadEncoderModels Task, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings, IReadOnlyList<string> Messages)
{
    /// <summary>The one error: its id, a colon and the text.</summary>
    public string Error
    {
        get
        {
            Assert.False(Success);
            return Assert.Single(Errors);
        }
    }

    public HubBuild AssertSuccess()
    {
        Assert.True(Success, string.Join('\n', Errors));
        Assert.Empty(Errors);
        return this;
    }
}

/// <summary>A project's folder, a cache and a Hub with a tiny model, and builds of the project in them.</summary>
internal sealed class HubProject : IDisposable
{
    public static readonly string Commit = new('a', 40), Later = new('b', 40);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("generated encoder hub ");

    public HubProject()
    {
        // A busy machine must not become a slow Hub.
        Variables = new()
        {
            ["HF_ENDPOINT"] = Server.Address, ["HF_HOME"] = PathOf("home"), ["HOME"] = PathOf("user"), ["HF_HUB_ETAG_TIMEOUT"] = "300", ["HF_HUB_DOWNLOAD_TIMEOUT"] = "300",
        };
        Server.Commits[Commit] = Files(1);
        Server.Branches["main"] = Commit;
        Directory.CreateDirectory(PathOf("project"));
    }

    public HubServer Server { get; } = new();

    public FastClock Clock { get; } = new();

    /// <summary>The environment.</summary>
    public Dictionary<string, string> Variables { get; }

    public string LockFile => PathOf("project/encoder-models.lock.json");

    public string Cache => PathOf("home/hub/models--org--tiny");

    public string PathOf(string path) => Path.Combine(_root.FullName, path);

    public string Blob(string file) => Path.Combine(Cache, "blobs", Server.EtagOf(Server.Commits[Commit][file]));

    public string Snapshot(string file) => Path.Combine(Cache, "snapshots", Commit, file);

    public void Dispose()
    {
        Server.Dispose();
        _root.Delete(recursive: true);
    }

    /// <summary>A model's repository: what is needed, and what isn't.</summary>
    public static Dictionary<string, byte[]> Files(int seed)
    {
        Dictionary<string, byte[]> files = [];
        foreach ((string path, string text) in new TinyFolder().WithPipeline().Files)
        {
            files[path] = Encoding.UTF8.GetBytes(text);
        }

        files["model.safetensors"] = Weights(files["model.safetensors"], seed);
        files["vocab.txt"] = Encoding.UTF8.GetBytes("[PAD]\n" + seed);
        files["sentence_bert_config.json"] = """{"max_seq_length": 8}"""u8.ToArray();
        foreach (string other in new[] { ".gitattributes", "README.md", "pytorch_model.bin", "onnx/model.onnx", "onnx/config.json", "openvino/model.safetensors", "tf_model.h5" })
        {
            files[other] = Encoding.UTF8.GetBytes("not needed: " + other);
        }

        return files;
    }

    /// <summary>A safetensors file with more data than its tensors need, so that it can be cut.</summary>
    public static byte[] Weights(byte[] header, int seed)
    {
        byte[] data = new byte[300_000];
        new Random(seed).NextBytes(data);
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. data];
    }

    public static TaskItem Item(string id = HubServer.Id, string? revision = null)
    {
        TaskItem item = new(id);
        if (revision is not null)
        {
            item.SetMetadata("Revision", revision);
        }

        return item;
    }

    public HubBuild Build(string? revision = null, Action<ReadEncoderModels>? change = null) => Build(change, Item(revision: revision));

    public HubBuild Build(Action<ReadEncoderModels>? change, params ITaskItem[] items)
    {
        RecordingEngine engine = new();
        ReadEncoderModels task = new()
        {
            BuildEngine = engine,
            Folders = items,
            ProjectFolder = PathOf("project"),
            IntermediateFolder = "obj/",
            Clock = Clock,
            Variable = name => Variables.GetValueOrDefault(name),
        };
        change?.Invoke(task);
        bool success = task.Execute();
        return new(success, task, engine.Errors, engine.Warnings, engine.Messages);
    }

    /// <summary>What the compiler makes of the bundle.</summary>
    public static (EncoderSpec Spec, IReadOnlyList<SpecProblem> Problems) Complete(HubBuild build) =>
        TinyFolder.Complete(File.ReadAllText(Assert.Single(build.Task.Bundles).ItemSpec), "tiny");

    /// <summary>Time that passes as soon as somebody waits.</summary>
    internal sealed class FastClock : HubClock
    {
        private TimeSpan _now;

        public List<TimeSpan> Waits { get; } = [];

        /// <summary>What each look at the clock takes.</summary>
        public TimeSpan Look { get; set; }

        public override TimeSpan Now
        {
            get
            {
                lock (Waits)
                {
                    return _now += Look;
                }
            }
        }

        public override void Wait(TimeSpan time, CancellationToken cancellation)
        {
            lock (Waits)
            {
                Waits.Add(time);
                _now += time;
            }

            Thread.Sleep(1);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private sealed class RecordingEngine : IBuildEngine
    {
        public List<string> Errors { get; } = [];

        public List<string> Warnings { get; } = [];

        public List<string> Messages { get; } = [];

        public bool ContinueOnError => false;

        public int LineNumberOfTaskNode => 0;

        public int ColumnNumberOfTaskNode => 0;

        public string ProjectFileOfTaskNode => "";

        public bool BuildProjectFile(string projectFileName, string[] targetNames, IDictionary globalProperties, IDictionary targetOutputs) => false;

        public void LogCustomEvent(CustomBuildEventArgs e)
        {
        }

        public void LogErrorEvent(BuildErrorEventArgs e) => Errors.Add($"{e.Code}: {e.Message}");

        public void LogMessageEvent(BuildMessageEventArgs e) => Messages.Add(e.Message!);

        public void LogWarningEvent(BuildWarningEventArgs e) => Warnings.Add($"{e.Code}: {e.Message}");
    }
}
